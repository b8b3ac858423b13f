package main

import "github.com/spf13/cobra"

// commands lists the verbs, one file each.
func commands(_ *terminal) []*cobra.Command {
	return []*cobra.Command{}
}
