// Methods that a template calls: by reflection, with names that stand in the template's text.
package main

import (
	"os"
	"text/template"
)

type context struct{ Prefix string }

func (c context) Env(key string) string { return os.Getenv(key) }
func (c context) Own(key string) string { return os.Getenv(c.Prefix + key) }

const text = "{{.Env \"TEMPLATE_HOME\"}} {{.Own \"NAME\"}}\n"

func main() {
	t := template.Must(template.New("report").Parse(text))
	if err := t.Execute(os.Stdout, context{"TEMPLATE_"}); err != nil {
		os.Exit(1)
	}
}
