// Constants, one that is not asked for, and one that is only printed.
package main

import "os"

const decoy = "LOOM_DECOY"

func main() {
	println(os.Getenv("LOOM_WARP"))
	if weft, ok := os.LookupEnv("LOOM_WEFT"); ok {
		println(weft)
	}
	println(decoy, "LOOM_UNUSED")
}
