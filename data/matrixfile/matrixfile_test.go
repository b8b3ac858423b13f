package matrixfile

import (
	"slices"
	"strings"
	"testing"
)

func TestRead(t *testing.T) {
	matrix := "from,to,seconds\nb,X,1.5\na,X,600.000\na,Y,\nb,Y,0.25\n"
	demand := "id,people,limit\na,10,600\nb,0,1.5\nc,7,2\n"
	table, err := Read(strings.NewReader(matrix), strings.NewReader(demand), Columns{})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(table.Demands, []string{"a", "b", "c"}) || !slices.Equal(table.Candidates, []string{"X", "Y"}) {
		t.Fatalf("names %v × %v", table.Demands, table.Candidates)
	}
	if table.Scale != 100 || table.Rounded || !slices.Equal(table.Weights, []int64{10, 0, 7}) || !slices.Equal(table.Limits, []int64{60000, 150, 200}) {
		t.Fatalf("scale %d, rounded %v, weights %v, limits %v", table.Scale, table.Rounded, table.Weights, table.Limits)
	}
	if _, ok := table.Matrix.Cost(0, 1); ok {
		t.Fatal("a pair without a cost is reachable")
	}
	if cost, ok := table.Matrix.Cost(1, 0); !ok || cost != 150 {
		t.Fatalf("cost of b to X is %d, %v", cost, ok)
	}
	if v, err := table.Scaled("1.509"); err != nil || v != 150 {
		t.Fatalf("a limit of 1.509 is %d, %v", v, err)
	}
}

func TestReadKeepsAsManyDecimalsAsFit(t *testing.T) {
	table, err := Read(strings.NewReader("demand,candidate,cost\na,X,20000.0000000004\nb,X,0.00001\n"), nil, Columns{})
	if err != nil {
		t.Fatal(err)
	}
	cost, _ := table.Matrix.Cost(0, 0)
	small, _ := table.Matrix.Cost(1, 0)
	if table.Scale != 100_000 || !table.Rounded || cost != 2_000_000_000 || small != 1 {
		t.Fatalf("scale %d, rounded %v, costs %d and %d", table.Scale, table.Rounded, cost, small)
	}
}

func TestReadRefuses(t *testing.T) {
	for _, c := range []struct{ name, matrix, demand, want string }{
		{"empty", "", "", "reading matrix: the file is empty; the first line must name the columns"},
		{"column", "from,x,cost\n", "", "no column named candidate or candidate_id"},
		{"number", "from,to,cost\na,b,1\na,c,fast\n", "", `line 3: cost: "fast" is not a number`},
		{"negative", "from,to,cost\na,b,-1\n", "", `line 2: cost: "-1" is negative`},
		{"large", "from,to,cost\na,b,5000000000\n", "", "choose a coarser unit"},
		{"ragged", "from,to,cost\na,b\n", "", "wrong number of fields"},
		{"stranger", "from,to,cost\na,b,1\n", "id,people\nz,1\n", `line 2: demand point "a" is not in the demand file`},
		{"twice", "from,to,cost\n", "id,people\nz,1\nz,2\n", `line 3: "z" is given twice`},
		{"people", "from,to,cost\n", "id,people\nz,1.5\n", `line 2: "1.5" is not a whole number of people`},
	} {
		t.Run(c.name, func(t *testing.T) {
			var err error
			if c.demand == "" {
				_, err = Read(strings.NewReader(c.matrix), nil, Columns{})
			} else {
				_, err = Read(strings.NewReader(c.matrix), strings.NewReader(c.demand), Columns{})
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("%v, want %q", err, c.want)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add("from,to,cost\na,b,1.25\n", "id,people\na,3\n")
	f.Add("\ufefffrom,to,cost\n\"a\nb\",c,\n", "")
	f.Fuzz(func(t *testing.T, matrix, demand string) {
		table, err := Read(strings.NewReader(matrix), strings.NewReader(demand), Columns{})
		if err != nil {
			return
		}
		if table.Matrix.Demands() != len(table.Demands) || len(table.Weights) != len(table.Demands) || table.Matrix.Candidates() != len(table.Candidates) {
			t.Fatal("names and matrix differ in size")
		}
	})
}
