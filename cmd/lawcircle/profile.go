package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"lawcircle/geo/road"
	"lawcircle/server"
	"lawcircle/server/locale"
)

func newProfileCommand(term *terminal) *cobra.Command {
	return &cobra.Command{
		Use:   "profile [NAME]",
		Short: "列出内置的出行方式，或打印其中一个以便修改 / list the built-in travel profiles, or print one to start your own from",
		Example: `  lawcircle profile
  lawcircle profile walk > ours.yaml     # then: lawcircle coverage -p demo.gpkg --profile ours.yaml`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return listProfiles(term)
			}
			text, err := road.BuiltinProfileYAML(args[0])
			if err != nil {
				return usageError{err}
			}
			_, err = term.out.Write(text)
			return err
		},
	}
}

func listProfiles(term *terminal) error {
	all, err := builtinProfiles()
	if err != nil {
		return err
	}
	rows := [][]string{{"名称", "含义", "meaning"}}
	for _, p := range all {
		rows = append(rows, []string{p.Name, p.Title["zh"], p.Title["en"]})
	}
	term.table(rows)
	return nil
}

func builtinProfiles() ([]*road.Profile, error) {
	var out []*road.Profile
	for _, name := range road.BuiltinProfiles() {
		profile, err := road.BuiltinProfile(name)
		if err != nil {
			return nil, err
		}
		out = append(out, profile)
	}
	return out, nil
}

// offeredProfile is a travel profile that the server offers, with the text it was read from.
type offeredProfile struct {
	*road.Profile
	text []byte
}

// offerProfiles lists the built-in profiles and those of the files, in that order. Two of one name are an error: nobody could tell which
// one a figure was computed with.
func offerProfiles(files []string) ([]offeredProfile, error) {
	builtin, err := builtinProfiles()
	if err != nil {
		return nil, err
	}
	var out []offeredProfile
	known := map[string]bool{}
	for _, p := range builtin {
		text, err := road.BuiltinProfileYAML(p.Name)
		if err != nil {
			return nil, err
		}
		out, known[p.Name] = append(out, offeredProfile{p, text}), true
	}
	for _, path := range files {
		profile, text, err := readProfileFile(path)
		if err != nil {
			return nil, err
		}
		if known[profile.Name] {
			return nil, fmt.Errorf("travel profile %s: there is another one named %q; change its name", path, profile.Name)
		}
		out, known[profile.Name] = append(out, offeredProfile{profile, text}), true
	}
	return out, nil
}

// profileNamed finds an offered profile.
func (d *desk) profileNamed(name string) (*road.Profile, error) {
	for _, p := range d.offered {
		if p.Name == name {
			return p.Profile, nil
		}
	}
	return nil, fmt.Errorf("there is no travel profile %q", name)
}

// profiles lists what the server offers.
func (d *desk) profiles(context.Context) ([]server.Profile, error) {
	out := make([]server.Profile, len(d.offered))
	for i, p := range d.offered {
		out[i] = server.Profile{Name: p.Name, Title: locale.Text{Zh: p.Title["zh"], En: p.Title["en"]}, Digest: p.Digest(), YAML: p.text}
	}
	return out, nil
}
