// A helper puts what it is given behind its own beginning and asks for that, with the library's lookup inlined into it.
package main

import (
	"errors"
	"os"
)

type group struct{ beginning string }

func (g group) need(name string) (string, error) {
	v := os.Getenv(g.beginning + name)
	if v == "" {
		return "", errors.New("GATE_MISSING " + name)
	}
	return v, nil
}

type loader interface{ load() error }

type network struct {
	group
	host, port string
}

func (n *network) load() (err error) {
	if n.host, err = n.need("HOST"); err != nil {
		return err
	}
	n.port, err = n.need("PORT")
	return err
}

type users struct {
	group
	all string
}

func (u *users) load() (err error) {
	u.all, err = u.need("USERS")
	return err
}

func main() {
	g := group{"GATE_"}
	for _, l := range []loader{&network{group: g}, &users{group: g}} {
		if err := l.load(); err != nil {
			println(err.Error())
		}
	}
	for _, name := range os.Args[1:] {
		println(g.need(name))
	}
}
