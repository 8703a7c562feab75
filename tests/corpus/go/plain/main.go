// Constants into os.Getenv, os.LookupEnv and syscall.Getenv.
package main

import (
	"fmt"
	"os"
	"syscall"
)

func main() {
	fmt.Println("harbour", os.Getenv("HARBOUR_NAME"))
	if pilot, ok := os.LookupEnv("PILOT_BOAT"); ok {
		fmt.Println("pilot", pilot)
	}
	horn, found := syscall.Getenv("FOG_HORN")
	fmt.Println(horn, found, "HARBOUR_COLOUR")
}
