// Helpers with a default, of several types, one within another.
package main

import (
	"fmt"
	"os"
	"strconv"
	"time"
)

func text(name, fallback string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	return fallback
}

//go:noinline
func number(name string, fallback int) int {
	n, err := strconv.Atoi(text(name, strconv.Itoa(fallback)))
	if err != nil {
		return fallback
	}
	return n
}

//go:noinline
func flag(name string) bool {
	b, _ := strconv.ParseBool(text(name, "false"))
	return b
}

//go:noinline
func span(name string, fallback time.Duration) time.Duration {
	v, ok := os.LookupEnv(name)
	if !ok {
		return fallback
	}
	d, err := time.ParseDuration(v)
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		return fallback
	}
	return d
}

func main() {
	fmt.Println(text("CRANE_HOST", "localhost"), number("CRANE_PORT", 4840), number("CRANE_LOAD_MAX", 40))
	fmt.Println(flag("CRANE_DRY_RUN"), span("CRANE_TIMEOUT", time.Second))
}
