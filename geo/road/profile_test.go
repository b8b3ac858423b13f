package road

import (
	"strings"
	"testing"
)

func TestBuiltinProfilesAreValid(t *testing.T) {
	digests := map[string]string{}
	for _, name := range BuiltinProfiles() {
		profile, err := BuiltinProfile(name)
		if err != nil {
			t.Fatal(err)
		}
		if profile.Name != name || profile.Title["zh"] == "" || profile.Title["en"] == "" {
			t.Errorf("%s: name %q, title %v", name, profile.Name, profile.Title)
		}
		if other, ok := digests[profile.Digest()]; ok {
			t.Errorf("%s and %s have one digest", name, other)
		}
		digests[profile.Digest()] = name
	}
	if _, err := BuiltinProfile("horse"); err == nil || !strings.Contains(err.Error(), "walk_fast") {
		t.Errorf("unknown profile: %v", err)
	}
}

func TestProfileErrorsSayWhere(t *testing.T) {
	head := "name: x\nmode: foot\noff_road: {kmh: 4}\n"
	for name, test := range map[string]struct{ text, want string }{
		"no speeds":     {head, "speeds is empty"},
		"unknown key":   {head + "speeds: {footway: 4}\nspede: 3\n", "spede"},
		"mode":          {"name: x\nmode: horse\n", "horse"},
		"not a number":  {head + "speeds: {footway: .nan}\n", "footway"},
		"negative":      {head + "speeds: {footway: -4}\n", "footway"},
		"no off-road":   {"name: x\nmode: foot\nspeeds: {footway: 4}\n", "off_road.kmh"},
		"slope rule":    {head + "speeds: {footway: 4}\nslope: {rule: magic}\n", "magic"},
		"cap too large": {head + "speeds: {footway: 4}\ncaps: {surface: {mud: 1000}}\n", "surface=mud"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ParseProfile([]byte(test.text))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q in it", err, test.want)
			}
		})
	}
}

func FuzzParseProfile(f *testing.F) {
	for _, name := range BuiltinProfiles() {
		text, _ := BuiltinProfileYAML(name)
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		profile, err := ParseProfile(text)
		if err == nil && profile.Digest() == "" {
			t.Error("no digest")
		}
	})
}
