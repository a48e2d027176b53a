package main

import (
	"encoding/base64"
	"path"
	"strings"

	"sigs.k8s.io/yaml"
)

// files are what a chart holds beside its templates: .Files.
type files map[string][]byte

// Get is the text of a file; empty if there is none, as in Helm.
func (f files) Get(name string) string { return string(f[name]) }

// GetBytes is its content.
func (f files) GetBytes(name string) []byte { return f[name] }

// Lines are those of a file.
func (f files) Lines(name string) []string { return strings.Split(f.Get(name), "\n") }

// Glob are the files that match a pattern.
func (f files) Glob(pattern string) files {
	matching := files{}
	for name, content := range f {
		if matches, err := path.Match(pattern, name); err == nil && matches {
			matching[name] = content
		}
	}
	return matching
}

// AsConfig is the data of a ConfigMap.
func (f files) AsConfig() string {
	return f.as(func(content []byte) string { return string(content) })
}

// AsSecrets is the data of a Secret.
func (f files) AsSecrets() string { return f.as(base64.StdEncoding.EncodeToString) }

func (f files) as(encode func([]byte) string) string {
	data := map[string]string{}
	for name, content := range f {
		data[path.Base(name)] = encode(content)
	}
	text, _ := yaml.Marshal(data)
	return strings.TrimSuffix(string(text), "\n")
}

// apiVersions are what a cluster knows.
type apiVersions []string

// Has tells whether it knows one.
func (a apiVersions) Has(version string) bool {
	for _, known := range a {
		if known == version {
			return true
		}
	}
	return false
}

type kubeVersion struct{ Version, Major, Minor, GitVersion string }

func (k kubeVersion) String() string { return k.Version }

type capabilities struct {
	KubeVersion kubeVersion
	APIVersions apiVersions
}

func capabilitiesWith(more []string) capabilities {
	known := apiVersions{"v1", "apps/v1", "policy/v1", "networking.k8s.io/v1"}
	return capabilities{kubeVersion{"v1.31.0", "1", "31", "v1.31.0"}, append(known, more...)}
}
