// Names in the tags of a structure, read by reflection.
package main

import (
	"fmt"
	"os"
	"reflect"
)

type config struct {
	Host string `env:"VAULT_HOST"`
	Mount string `env:"VAULT_MOUNT"`
	Note string
}

func load(to any) {
	v := reflect.ValueOf(to).Elem()
	for i := 0; i < v.NumField(); i++ {
		if name := v.Type().Field(i).Tag.Get("env"); name != "" {
			v.Field(i).SetString(os.Getenv(name))
		}
	}
}

func main() {
	var c config
	load(&c)
	fmt.Println(c, os.Getenv("VAULT_TOKEN"))
}
