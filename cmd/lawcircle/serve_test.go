package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestBasemapIsNamedInFull(t *testing.T) {
	for _, test := range []struct {
		name  string
		flags basemapFlags
		want  []string // origins, nil: wrong usage
	}{
		{"none", basemapFlags{}, []string{}},
		{"without approval", basemapFlags{tiles: "https://maps.example.cn/{z}/{x}/{y}.png"}, nil},
		{"own tiles", basemapFlags{tiles: "https://maps.example.cn/{z}/{x}/{y}.png", approvalNo: "甲测审字1号"}, []string{"https://maps.example.cn"}},
		{"no template", basemapFlags{tiles: "https://maps.example.cn/", approvalNo: "1"}, nil},
		{"not the web", basemapFlags{tiles: "file:///{z}/{x}/{y}", approvalNo: "1"}, nil},
		{"a policy smuggled in", basemapFlags{tiles: "https://a;script-src/{z}/{x}/{y}", approvalNo: "1"}, nil},
		{"tianditu without key", basemapFlags{tiles: tianditu, approvalNo: "1"}, nil},
		{"tianditu", basemapFlags{tiles: tianditu, approvalNo: "1", key: "k&y"}, []string{"https://t0.tianditu.gov.cn", "https://t7.tianditu.gov.cn"}},
	} {
		made, err := test.flags.basemap()
		if err != nil {
			if test.want != nil || !isUsage(err) {
				t.Errorf("%s: %v", test.name, err)
			}
			continue
		}
		origins, err := basemapOrigins(made)
		if err != nil || test.want == nil {
			t.Errorf("%s: accepted, origins %v, %v", test.name, origins, err)
		}
		for _, want := range test.want {
			if !slices.Contains(origins, want) {
				t.Errorf("%s: origins %v, want %s among them", test.name, origins, want)
			}
		}
		if made != nil && (!strings.Contains(made.Attribution, test.flags.approvalNo) || strings.Contains(made.Tiles[0], "k&y")) {
			t.Errorf("%s: %+v", test.name, made)
		}
	}
}

func TestOwnProfilesAreOfferedBesideTheBuiltIn(t *testing.T) {
	write := func(name, text string) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	walk := must(t, "profile", "walk")
	ours := write("ours.yaml", strings.Replace(walk, "name: walk", "name: ours", 1))
	offered, err := offerProfiles([]string{ours})
	if err != nil || offered[len(offered)-1].Name != "ours" || offered[0].Name != "walk" {
		t.Fatalf("offered %v, %v", offered, err)
	}
	for name, files := range map[string][]string{"the name of a built-in one": {write("walk.yaml", walk)}, "twice": {ours, ours}, "absent": {"absent.yaml"}} {
		if _, err := offerProfiles(files); err == nil || !strings.Contains(err.Error(), ".yaml") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if !strings.Contains(must(t, "profile"), "reference_car") {
		t.Error("the list of profiles lacks reference_car")
	}
}

func TestProjectKeepsWhatMapsMustSay(t *testing.T) {
	project := demonstration(t)
	must(t, "project", "-p", project, "--map-use", "public", "--map-approval", "新S（2020）001号", "--map-source", "测绘局")
	if out := must(t, "project", "-p", project); !strings.Contains(out, "public") || !strings.Contains(out, "新S（2020）001号") || !strings.Contains(out, "测绘局") {
		t.Error(out)
	}
	if status, _, _ := command(t, "project", "-p", project, "--map-use", "secret"); status != exitUsage {
		t.Errorf("status %d", status)
	}
}
