package main

import (
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"sigs.k8s.io/yaml"
)

// chart is a directory as Helm loads it, without dependencies.
type chart struct {
	metadata  map[string]interface{} // Chart.yaml, with the capitalised names that templates use
	values    map[string]interface{}
	templates map[string]string // by name: baton/templates/service.yaml
	files     files
}

func loadChart(directory string) (*chart, error) {
	c := &chart{templates: map[string]string{}, files: files{}}
	var metadata map[string]interface{}
	for name, target := range map[string]*map[string]interface{}{"Chart.yaml": &metadata, "values.yaml": &c.values} {
		text, err := os.ReadFile(filepath.Join(directory, name))
		if err != nil {
			return nil, err
		}
		if err := yaml.UnmarshalStrict(text, target); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	c.metadata = map[string]interface{}{"IsRoot": true}
	for key, value := range metadata {
		c.metadata[strings.ToUpper(key[:1])+key[1:]] = value
	}
	return c, filepath.Walk(directory, func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		relative, err := filepath.Rel(directory, path)
		if err != nil {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		relative = filepath.ToSlash(relative)
		switch {
		case strings.HasPrefix(relative, "templates/"):
			c.templates[c.name()+"/"+relative] = string(text)
		case relative != "Chart.yaml" && relative != "values.yaml" && relative != "values.schema.json":
			c.files[relative] = text
		}
		return nil
	})
}

func (c *chart) name() string { return fmt.Sprint(c.metadata["Name"]) }

// templateNames are in Helm's order of evaluation: it does not matter, but that errors are the same each time.
func (c *chart) templateNames() []string {
	names := make([]string, 0, len(c.templates))
	for name := range c.templates {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// overlay lays values over defaults as Helm does: maps merge, everything else replaces, null removes.
func overlay(defaults, over map[string]interface{}) map[string]interface{} {
	merged := map[string]interface{}{}
	for key, value := range defaults {
		merged[key] = value
	}
	for key, value := range over {
		below, isMap := value.(map[string]interface{})
		base, wasMap := merged[key].(map[string]interface{})
		switch {
		case value == nil:
			delete(merged, key)
		case isMap && wasMap:
			merged[key] = overlay(base, below)
		case isMap:
			merged[key] = overlay(nil, below)
		default:
			merged[key] = value
		}
	}
	return merged
}
