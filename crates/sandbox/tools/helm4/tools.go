//go:build tools

// Package tools keeps the programs of this module in go.mod.
package tools

import (
	_ "helm.sh/helm/v4/cmd/helm"
)
