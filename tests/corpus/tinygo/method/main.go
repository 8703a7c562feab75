// A method that puts a prefix before a name, which changes.
package main

import "os"

type loader struct {
	prefix string
	misses []string
}

func (l *loader) get(name string) string {
	v, ok := os.LookupEnv(l.prefix + name)
	if !ok {
		l.misses = append(l.misses, name)
	}
	return v
}

func main() {
	l := &loader{prefix: "NEST_"}
	println(l.get("TWIG"), l.get("EGG"))
	l.prefix = "BIRD_"
	println(l.get("SONG"), len(l.misses))
}
