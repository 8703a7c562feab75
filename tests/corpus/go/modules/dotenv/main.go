// A file of settings by github.com/joho/godotenv, then os.Getenv.
package main

import (
	"fmt"
	"os"

	"github.com/joho/godotenv"
)

func main() {
	if err := godotenv.Load(); err != nil {
		fmt.Println("no file:", err)
	}
	fmt.Println(os.Getenv("BUCKET_NAME"), os.Getenv("BUCKET_KEY"))
}
