// Strings that look like names, and code that nobody calls.
package main

import (
	"errors"
	"fmt"
	"os"
)

const debug = false

func unused() string { return os.Getenv("NEVER_ASKED") }

var errNoHost = errors.New("MAIL_HOST is not set")

func main() {
	fmt.Println("usage: set MAIL_TO and SMTP_PORT", errNoHost)
	for _, name := range []string{"MAIL_CC", "MAIL_BCC"} {
		fmt.Println("known:", name)
	}
	if debug {
		fmt.Println(os.Getenv("MAIL_DEBUG"))
	}
	fmt.Println(os.Getenv("MAIL_FROM"))
}
