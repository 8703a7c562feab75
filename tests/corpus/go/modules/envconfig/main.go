// A structure whose fields are filled from the environment by github.com/kelseyhightower/envconfig: by their names, by tags, within others.
package main

import (
	"fmt"
	"log"
	"time"

	"github.com/kelseyhightower/envconfig"
)

type database struct {
	Host     string `required:"true"`
	Port     int    `default:"5432"`
	Password string `envconfig:"DB_SECRET"`
}

type settings struct {
	Debug    bool
	Workers  int           `default:"4"`
	Timeout  time.Duration `split_words:"true"`
	MaxConns int           `split_words:"true"`
	Users    []string
	Rates    map[string]int
	Store    database
}

func main() {
	var s settings
	if err := envconfig.Process("shop", &s); err != nil {
		log.Fatal(err)
	}
	fmt.Println(s.Workers, s.Store.Host)
}
