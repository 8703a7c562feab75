// Names put together at run time of parts that are known.
package main

import (
	"fmt"
	"os"
	"strings"
)

const prefix = "PAY_"

//go:noinline
func key(part string) string { return prefix + strings.ToUpper(part) }

type config struct{ prefix string }

func (c *config) get(name string) string { return os.Getenv(c.prefix + "_" + name) }

func main() {
	fmt.Println(os.Getenv("SVC_"+"ADDR"), os.Getenv(key("url")))
	for _, part := range []string{"host", "port"} {
		fmt.Println(os.Getenv(key(part)))
	}
	fmt.Println(os.Getenv(fmt.Sprintf("%s_%d", "NODE", 1)), os.Getenv(strings.Join([]string{"MAIL", "FROM"}, "_")))
	var b strings.Builder
	b.WriteString("LOG")
	b.WriteByte('_')
	b.WriteString("LEVEL")
	fmt.Println(os.Getenv(b.String()))
	c := &config{"DB"}
	fmt.Println(c.get("USER"), c.get("PASSWORD"), os.Getenv(strings.ReplaceAll("http.port", ".", "_")))
}
