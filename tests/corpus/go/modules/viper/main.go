// Settings by github.com/spf13/viper: bound names, a prefix with AutomaticEnv, a replaced dot.
package main

import (
	"fmt"
	"strings"

	"github.com/spf13/viper"
)

func main() {
	v := viper.New()
	v.SetEnvPrefix("mail")
	v.SetEnvKeyReplacer(strings.NewReplacer(".", "_"))
	v.AutomaticEnv()
	v.SetDefault("queue.size", 10)
	_ = v.BindEnv("relay", "SMTP_RELAY")
	_ = v.BindEnv("sender")
	fmt.Println(v.GetString("relay"), v.GetString("sender"), v.GetInt("queue.size"), v.GetBool("dry.run"))
}
