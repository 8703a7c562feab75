// Names put together by concatenation, strings.Join, a builder, in a loop.
package main

import (
	"os"
	"strings"
)

const app = "HIVE"

func key(parts ...string) string { return strings.ToUpper(strings.Join(parts, "_")) }

func main() {
	println(os.Getenv(app + "_QUEEN"))
	println(os.Getenv(key("hive", "honey", "jars")))
	prefix := "WAX_"
	for _, part := range []string{"SEAL", "CANDLE"} {
		println(os.Getenv(prefix + part))
	}
	var b strings.Builder
	b.WriteString("HIVE")
	b.WriteByte('_')
	b.WriteString("FRAME")
	println(os.Getenv(b.String()))
	println(os.Getenv(strings.ReplaceAll("hive.smoke-level", ".", "_")))
}
