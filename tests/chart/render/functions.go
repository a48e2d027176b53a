package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig"
	"sigs.k8s.io/yaml"
)

// functions are those that Helm gives to templates: sprig's without the environment, and its own.
func functions(root *template.Template) template.FuncMap {
	all := sprig.TxtFuncMap()
	delete(all, "env")
	delete(all, "expandenv")

	depth := map[string]int{}
	all["include"] = func(name string, data interface{}) (string, error) {
		if depth[name]++; depth[name] > maxIncludes {
			return "", fmt.Errorf("%s includes itself without end", name)
		}
		defer func() { depth[name]-- }()
		return execute(root, name, data)
	}
	all["tpl"] = func(text string, data interface{}) (string, error) {
		clone, err := root.Clone()
		if err != nil {
			return "", err
		}
		if _, err := clone.New("tpl").Parse(text); err != nil {
			return "", err
		}
		return execute(clone, "tpl", data)
	}
	all["required"] = func(message string, value interface{}) (interface{}, error) {
		if text, isText := value.(string); value == nil || (isText && text == "") {
			return value, fmt.Errorf("%s", message)
		}
		return value, nil
	}
	all["fail"] = func(message string) (string, error) { return "", fmt.Errorf("%s", message) }
	// There is no cluster: as with `helm template`, nothing is found.
	all["lookup"] = func(string, string, string, string) (map[string]interface{}, error) {
		return map[string]interface{}{}, nil
	}

	all["toYaml"] = func(value interface{}) string {
		text, err := yaml.Marshal(value)
		if err != nil {
			return ""
		}
		return strings.TrimSuffix(string(text), "\n")
	}
	all["fromYaml"] = func(text string) map[string]interface{} {
		value := map[string]interface{}{}
		if err := yaml.Unmarshal([]byte(text), &value); err != nil {
			value["Error"] = err.Error()
		}
		return value
	}
	all["fromYamlArray"] = func(text string) []interface{} {
		var value []interface{}
		if err := yaml.Unmarshal([]byte(text), &value); err != nil {
			value = []interface{}{err.Error()}
		}
		return value
	}
	all["toJson"] = func(value interface{}) string {
		text, err := json.Marshal(value)
		if err != nil {
			return ""
		}
		return string(text)
	}
	all["fromJson"] = func(text string) map[string]interface{} {
		value := map[string]interface{}{}
		if err := json.Unmarshal([]byte(text), &value); err != nil {
			value["Error"] = err.Error()
		}
		return value
	}
	return all
}
