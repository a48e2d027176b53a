package main

import (
	"bytes"
	"fmt"
	"path"
	"regexp"
	"strings"
	"text/template"

	"sigs.k8s.io/yaml"
)

const maxIncludes = 1000 // Helm's bound on templates that include themselves

var separator = regexp.MustCompile(`(?m)^---\s*$`)

func (c *chart) render(of Case, into *Rendered) error {
	var given map[string]interface{}
	if err := yaml.UnmarshalStrict([]byte(of.Values), &given); err != nil {
		return fmt.Errorf("values: %w", err)
	}
	into.Values = overlay(c.values, given)
	top := map[string]interface{}{
		"Chart":        c.metadata,
		"Values":       into.Values,
		"Files":        c.files,
		"Release":      map[string]interface{}{"Name": of.Release, "Namespace": of.Namespace, "Service": "Helm", "Revision": 1, "IsInstall": true, "IsUpgrade": false},
		"Capabilities": capabilitiesWith(of.APIVersions),
	}
	root := template.New("chart").Option("missingkey=zero")
	root.Funcs(functions(root))
	for _, name := range c.templateNames() {
		if _, err := root.New(name).Parse(c.templates[name]); err != nil {
			return err
		}
	}
	for _, name := range c.templateNames() {
		if strings.HasPrefix(path.Base(name), "_") {
			continue
		}
		top["Template"] = map[string]interface{}{"Name": name, "BasePath": c.name() + "/templates"}
		text, err := execute(root, name, top)
		if err != nil {
			return err
		}
		if path.Base(name) == "NOTES.txt" {
			into.Notes = text
			continue
		}
		if err := into.add(name, text); err != nil {
			return err
		}
	}
	return nil
}

func execute(root *template.Template, name string, data interface{}) (string, error) {
	var out bytes.Buffer
	if err := root.ExecuteTemplate(&out, name, data); err != nil {
		return "", err
	}
	// What is not there is nothing, and not the engine's word for it.
	return strings.ReplaceAll(out.String(), "<no value>", ""), nil
}

func (r *Rendered) add(name, text string) error {
	for _, document := range separator.Split(text, -1) {
		var object map[string]interface{}
		// Strict: a key that is there twice is an error in a template.
		if err := yaml.UnmarshalStrict([]byte(document), &object); err != nil {
			return fmt.Errorf("%s: %w\n%s", name, err, document)
		}
		if len(object) > 0 {
			r.Objects = append(r.Objects, object)
		}
	}
	return nil
}
