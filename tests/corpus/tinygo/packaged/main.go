// Package variables and an init function that ask before main does.
package main

import "os"

var (
	level  = os.Getenv("QUILL_LEVEL")
	format = pick("QUILL_FORMAT", "text")
)

func pick(key, otherwise string) string {
	if v := os.Getenv(key); v != "" {
		return v
	}
	return otherwise
}

var name string

func init() { name = "QUILL_" + "INK" }

func main() { println(level, format, os.Getenv(name)) }
