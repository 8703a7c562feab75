// Names chosen by conditions that are not known before the program runs.
package main

import (
	"fmt"
	"os"
)

func url(stage int) string {
	switch stage {
	case 1:
		return "URL_LOCAL"
	case 2:
		return "URL_STAGING"
	case 3:
		return "URL_LIVE"
	}
	return "URL_TEST"
}

//go:noinline
func size(n int) string {
	name := "SIZE_SMALL"
	if n > 4 {
		name = "SIZE_LARGE"
	} else if n > 2 {
		name = "SIZE_MEDIUM"
	}
	return os.Getenv(name)
}

func main() {
	n := len(os.Args)
	fmt.Println(os.Getenv(url(n)), size(n))
	token := "TOKEN_READ"
	if n%2 == 0 {
		token = "TOKEN_WRITE"
	}
	fmt.Println(os.Getenv(token))
}
