module tidewaiter.invalid/reader

go 1.21

require (
	gopkg.in/yaml.v3 v3.0.1
	sigs.k8s.io/yaml v1.4.0
)
