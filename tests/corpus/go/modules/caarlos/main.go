// The same by github.com/caarlos0/env: tags name the variables, one with a prefix, one required, one from a file.
package main

import (
	"fmt"
	"os"

	"github.com/caarlos0/env/v11"
)

type cache struct {
	Address string `env:"ADDRESS,required"`
	TTL     int    `env:"TTL" envDefault:"60"`
}

type settings struct {
	Home  string   `env:"APP_HOME"`
	Port  int      `env:"APP_PORT" envDefault:"3000"`
	Hosts []string `env:"APP_HOSTS" envSeparator:":"`
	Token string   `env:"APP_TOKEN,unset"`
	Cache cache    `envPrefix:"CACHE_"`
}

func main() {
	s, err := env.ParseAs[settings]()
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(s.Home, s.Port, s.Cache.Address)
}
