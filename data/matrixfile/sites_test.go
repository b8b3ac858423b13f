package matrixfile

import (
	"strings"
	"testing"

	"lawcircle/coverage/locate"
)

func TestReadSites(t *testing.T) {
	s, err := ReadSites(strings.NewReader("\ufeffid,capacity,township\nA,5, east \nB,0,\n"))
	if err != nil {
		t.Fatal(err)
	}
	if s.Costs || !s.Capacities || !s.Grouping || len(s.List) != 2 || s.List[0] != (Site{ID: "A", Capacity: 5, Group: "east"}) {
		t.Errorf("%+v", s)
	}
}

func TestReadSitesRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"": "empty", "cost\n1\n": "no column", "id,cost\nA,-1\n": "line 2", "id,cost\nA,1\nA,2\n": "twice", "id,capacity\nA,1.5\n": "whole",
	} {
		if _, err := ReadSites(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want something with %q", text, err, want)
		}
	}
}

func TestReadDistancesRoundsDown(t *testing.T) {
	pairs, err := ReadDistances(strings.NewReader("a,b,distance\nA,B,1.29\nB,B,4\n"), 10, findLetters)
	if err != nil || len(pairs) != 1 || pairs[0] != (locate.Pair{A: 0, B: 1, Distance: 12}) {
		t.Errorf("%v %v", pairs, err)
	}
	for _, text := range []string{"a,b\n", "a,b,distance\nA,Z,1\n", "a,b,distance\nA,B,x\n"} {
		if _, err := ReadDistances(strings.NewReader(text), 10, findLetters); err == nil {
			t.Errorf("%q is accepted", text)
		}
	}
}

func findLetters(name string) (int32, bool) {
	at := strings.Index("ABC", name)
	return int32(at), len(name) == 1 && at >= 0
}

func FuzzReadSites(f *testing.F) {
	f.Add("id,cost,capacity,group\nA,1,2,x\n")
	f.Add("id\n\"A\n\"\n")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ReadSites(strings.NewReader(text))
		if err != nil {
			return
		}
		seen := map[string]bool{}
		for _, site := range s.List {
			if site.Cost < 0 || site.Capacity < 0 || seen[site.ID] {
				t.Fatalf("%+v", site)
			}
			seen[site.ID] = true
		}
	})
}

func FuzzReadDistances(f *testing.F) {
	f.Add("a,b,distance\nA,B,1.5\n")
	f.Fuzz(func(t *testing.T, text string) {
		pairs, err := ReadDistances(strings.NewReader(text), 100, findLetters)
		for _, p := range pairs {
			if err == nil && (p.A == p.B || p.Distance < 0 || p.A > 2 || p.B > 2) {
				t.Fatalf("%+v", p)
			}
		}
	})
}
