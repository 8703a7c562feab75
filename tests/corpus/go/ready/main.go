// Asked while the program starts: package variables, init, a registry filled by init.
package main

import (
	"fmt"
	"os"
)

var region = os.Getenv("GATE_REGION")

var registry = map[string]string{}

var order []string

func register(key, env string) {
	registry[key] = env
	order = append(order, env)
}

func init() {
	register("open", "GATE_OPEN")
	register("shut", "GATE_SHUT")
}

func init() { fmt.Println(os.Getenv("GATE_BANNER")) }

func main() {
	for key, env := range registry {
		fmt.Println(key, os.Getenv(env))
	}
	for _, env := range order {
		fmt.Println(os.Getenv(env))
	}
	fmt.Println(region)
}
