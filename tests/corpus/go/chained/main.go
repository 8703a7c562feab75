// Sources of settings, one behind the other: of the environment's, each makes another name of a key.
package main

import (
	"fmt"
	"os"
	"strings"
)

type source interface {
	get(key string) (string, bool)
}

type plain struct{ prefix string }

func (p plain) get(key string) (string, bool) { return os.LookupEnv(p.prefix + key) }

type spelled struct{ prefix string }

func (s spelled) get(key string) (string, bool) {
	return os.LookupEnv(s.prefix + strings.ToUpper(strings.ReplaceAll(key, ".", "_")))
}

type fixed map[string]string

func (f fixed) get(key string) (string, bool) {
	value, ok := f[key]
	return value, ok
}

type chain []source

func (c chain) get(key string) string {
	for _, s := range c {
		if value, ok := s.get(key); ok {
			return value
		}
	}
	return "-"
}

func main() {
	c := chain{spelled{"CHAIN_"}, fixed{"log.level": "info"}}
	for _, key := range []string{"db.host", "db.port", "log.level"} {
		fmt.Println(key, c.get(key))
	}
	c = chain{plain{"LINK_"}, fixed{"DEPTH": "7"}}
	for _, key := range []string{"DEPTH", "WIDTH"} {
		fmt.Println(key, c.get(key))
	}
}
