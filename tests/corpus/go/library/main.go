// What the standard library asks, and what the program asks itself though the library knows the name.
package main

import (
	"fmt"
	"os"
	"time"
)

func main() {
	home, err := os.UserHomeDir()
	fmt.Println(home, err, os.TempDir())
	zone, err := time.LoadLocation("Europe/Lisbon")
	fmt.Println(zone, err, os.Getenv("TZ"))
}
