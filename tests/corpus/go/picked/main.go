// Names that are picked at run time: out of a map by a key that nobody knows, and behind a prefix that was chosen.
package main

import (
	"fmt"
	"os"
	"strings"
)

type berth struct{ ship, pilot string }

var berths = map[string]berth{"north": {"NORTH_SHIP", ""}, "south": {"SOUTH_SHIP", "SOUTH_PILOT"}}

var depths = map[int]string{5: "DEPTH_FIVE", 12: "DEPTH_TWELVE"}

type crane struct{ prefix string }

func (c *crane) get(name string) string { return os.Getenv(c.prefix + name) }

var cranes = []*crane{{"LEFT_"}, {"RIGHT_"}}

// More than lie in one piece of memory.
type names map[string]string

var slips = names{"a": "SLIP_A", "b": "SLIP_B", "c": "SLIP_C", "d": "SLIP_D", "e": "SLIP_E", "f": "SLIP_F", "g": "SLIP_G",
	"h": "SLIP_H", "i": "SLIP_I", "j": "SLIP_J"}

// This one gets another key later.
var tolls = map[string]string{"day": "TOLL_DAY"}

type handler interface{ serve(body string) string }

type gate struct{ secret string }

func (g *gate) serve(body string) string { return strings.TrimSpace(os.Getenv(g.secret)) }

type echo func(string) string

func (e echo) serve(body string) string { return e(body) }

func main() {
	routes := map[string]handler{"/": echo(strings.ToUpper), "/gate": &gate{"GATE_SECRET"}}
	if h, ok := routes[os.Getenv("ROUTE")]; ok {
		fmt.Println(h.serve("body"))
	}
	b, ok := berths[os.Getenv("BERTH")]
	if !ok {
		b = berths["north"]
	}
	fmt.Println(os.Getenv(b.ship))
	if b.pilot != "" {
		fmt.Println(os.Getenv(b.pilot))
	}
	fmt.Println(os.Getenv(depths[len(os.Args)]))
	fmt.Println(os.Getenv(slips[os.Getenv("SLIP")]))
	c := cranes[0]
	if len(os.Args) > 1 {
		c = cranes[1]
	}
	fmt.Println(c.get("HOOK"))
	if len(os.Args) > 2 {
		tolls["night"] = "TOLL_NIGHT"
	}
	fmt.Println(os.Getenv(tolls[os.Getenv("TOLL")]))
}
