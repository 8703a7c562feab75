// Names in tables walked by loops: a slice, an array of structs, one in a function, one with an early end.
package main

import (
	"fmt"
	"os"
)

var required = []string{"TIDE_STATION", "TIDE_DATUM", "TIDE_UNIT"}

var described = [...]struct {
	name, fallback string
	secret         bool
}{
	{"WIND_SENSOR", "ultrasonic", false},
	{"WIND_SCALE", "beaufort", false},
	{"WIND_TOKEN", "", true},
}

func check() error {
	for _, name := range required {
		if os.Getenv(name) == "" {
			return fmt.Errorf("%s is not set", name)
		}
	}
	return nil
}

func main() {
	if err := check(); err != nil {
		fmt.Println(err)
	}
	for i := range described {
		v, ok := os.LookupEnv(described[i].name)
		if !ok {
			v = described[i].fallback
		}
		if described[i].secret {
			v = "***"
		}
		fmt.Println(described[i].name, v)
	}
	lamps := []string{"LAMP_RED", "LAMP_GREEN", "LAMP_WHITE"}
	for n := len(lamps) - 1; n >= 0; n-- {
		fmt.Println(n, os.Getenv(lamps[n]))
	}
	for _, name := range []string{"BELL_RATE", "BELL_TONE"} {
		if v := os.Getenv(name); v != "" {
			fmt.Println("first", v)
			break
		}
	}
}
