// Render renders a chart as Helm does, for tests: Helm itself is not packaged by Debian, its template engine's parts are. It reads cases as
// JSON from standard input, and answers each with a line of JSON that says what came of it.
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go build -o render . && ./render helm/baton < cases
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

// Case is one installation to be rendered.
type Case struct {
	Release     string   `json:"release"`
	Namespace   string   `json:"namespace"`
	Values      string   `json:"values"`      // YAML, as in a file given by --values
	APIVersions []string `json:"apiVersions"` // what the cluster knows beside Kubernetes' own
}

// Rendered is what came of it: objects, or an error.
type Rendered struct {
	Error   string                   `json:"error,omitempty"`
	Values  map[string]interface{}   `json:"values"` // the chart's, with the case's laid over them
	Objects []map[string]interface{} `json:"objects"`
	Notes   string                   `json:"notes"`
}

func main() {
	if len(os.Args) != 2 {
		fail(fmt.Errorf("usage: render CHART < cases"))
	}
	chart, err := loadChart(os.Args[1])
	if err != nil {
		fail(err)
	}
	cases, answers := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	for {
		var c Case
		if err := cases.Decode(&c); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			fail(err)
		}
		rendered := Rendered{Values: map[string]interface{}{}, Objects: []map[string]interface{}{}}
		if err := chart.render(c, &rendered); err != nil {
			rendered.Error = err.Error()
		}
		if err := answers.Encode(rendered); err != nil {
			fail(err)
		}
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
