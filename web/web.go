// Package web holds the planner's workspace: the files that the browser loads, built from TypeScript by Vite and embedded in the binary.
package web

import (
	"embed"
	"fmt"
	"io/fs"
)

//go:embed all:dist
var built embed.FS

//go:embed unbuilt/index.html
var unbuilt embed.FS

// Files returns the workspace as a file tree with index.html at its root. When the program was compiled before the workspace was built,
// the tree holds one plain page that says how to build it, so that Go alone can always compile and serve.
func Files() fs.FS {
	if _, err := fs.Stat(built, "dist/index.html"); err != nil {
		return sub(unbuilt, "unbuilt")
	}
	return sub(built, "dist")
}

func sub(tree embed.FS, dir string) fs.FS {
	files, err := fs.Sub(tree, dir)
	if err != nil {
		panic(fmt.Sprintf("embedded folder %s: %v", dir, err)) // the name is a valid constant: cannot happen
	}
	return files
}
