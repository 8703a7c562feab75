// Variables that the program sets and removes itself.
package main

import "os"

func main() {
	os.Setenv("PLUM_SET", "1")
	println(os.Getenv("PLUM_SET"), os.Getenv("PLUM_GOT"))
	os.Unsetenv("PLUM_GONE")
}
