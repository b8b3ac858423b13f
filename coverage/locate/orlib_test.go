package locate

import (
	"fmt"
	"strings"
	"testing"
)

func TestReadPMedLastOfTwinEdgesCounts(t *testing.T) {
	m, p, err := ReadPMed(strings.NewReader("3 3 1\n1 2 5\n2 3 4\n1 2 7\n"))
	if err != nil || p != 1 {
		t.Fatal(p, err)
	}
	if cost, ok := m.Cost(0, 2); !ok || cost != 11 {
		t.Errorf("cost %d %v, want 7 + 4", cost, ok)
	}
}

func TestReadPMedRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"": "ends before word 1", "3 1": "ends before word 3", "3 1 1 1 4 5": "node", "3 1 1 1 2 -5": "length", "9999 1 1": "number of nodes",
		"3 1 1 1 2 1431655765": "length", // three of those pass 32 bits
		"x 1 1":                "number of nodes",
	} {
		if _, _, err := ReadPMed(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want something with %q", text, err, want)
		}
	}
}

// FuzzReadPMed reads anything; what is accepted is a symmetric matrix with zeros on its diagonal that keeps the triangle
// inequality.
func FuzzReadPMed(f *testing.F) {
	f.Add("3 3 1\n1 2 5\n2 3 4\n1 2 7\n")
	f.Add("2 0 1")
	f.Add("40 1 5 40 1 107374181")
	f.Add("1 1 1 1 1 9")
	f.Fuzz(func(t *testing.T, text string) {
		var nodes int
		if n, _ := fmt.Sscan(text, &nodes); n == 1 && nodes > 40 {
			t.Skip("cubic in the number of nodes")
		}
		m, _, err := ReadPMed(strings.NewReader(text))
		if err != nil {
			return
		}
		n := m.Candidates()
		for i := range n {
			if d, ok := m.Cost(i, i); !ok || d != 0 {
				t.Fatalf("node %d is %d from itself", i, d)
			}
			for j := range n {
				a, near := m.Cost(i, j)
				if b, ok := m.Cost(j, i); a != b || ok != near {
					t.Fatalf("%d to %d is %d, back %d", i, j, a, b)
				}
				for k := range n {
					b, ok := m.Cost(j, k)
					if c, through := m.Cost(i, k); near && ok && (!through || c > a+b) {
						t.Fatalf("%d to %d is %d, but %d by way of %d", i, k, c, a+b, j)
					}
				}
			}
		}
	})
}
