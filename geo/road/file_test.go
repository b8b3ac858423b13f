package road

import (
	"bytes"
	"context"
	"math/rand/v2"
	"reflect"
	"testing"
)

func graphBytes(t testing.TB, g *Graph) []byte {
	t.Helper()
	var buffer bytes.Buffer
	n, err := g.WriteTo(&buffer)
	if err != nil || n != int64(buffer.Len()) {
		t.Fatalf("wrote %d of %d bytes: %v", n, buffer.Len(), err)
	}
	return buffer.Bytes()
}

func TestOpenedGraphAnswersAlike(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 3))
	network := randomNetwork(random, 10)
	graph := buildWith(t, network, plainProfile(t, "bicycle", "one_way: {obey: true}\n"))
	data := graphBytes(t, graph)
	if err := Verify(data); err != nil {
		t.Fatal(err)
	}
	opened, err := Open(data)
	if err != nil {
		t.Fatal(err)
	}
	if opened.NetworkDigest() != network.Digest() || opened.ProfileDigest() != graph.Profile().Digest() {
		t.Error("digests are lost")
	}
	if !bytes.Equal(data, graphBytes(t, opened)) {
		t.Error("writing again gives other bytes")
	}
	facilities, demands := randomPlaces(random, 5, 10), randomPlaces(random, 50, 10)
	ctx := context.Background()
	want, err1 := graph.NearestFacilities(ctx, facilities, demands, NearestOptions{K: 2})
	got, err2 := opened.NearestFacilities(ctx, facilities, demands, NearestOptions{K: 2})
	if err1 != nil || err2 != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("answers differ (%v, %v)", err1, err2)
	}
	if _, err := Open(append([]byte{}, data[:len(data)-8]...)); err == nil {
		t.Error("a file that is cut off opens")
	}
	if misaligned := append(make([]byte, 3, 3+len(data)), data...)[3:]; true {
		if _, err := Open(misaligned); err != nil {
			t.Errorf("a graph at an odd address: %v", err)
		}
	}
	for range 200 {
		damaged := bytes.Clone(data)
		at := random.IntN(len(damaged))
		damaged[at] ^= 1 << random.IntN(8)
		if Verify(damaged) == nil {
			t.Errorf("damage at byte %d of %d is not found", at, len(data))
		}
	}
}

// The same roads in any order are the same graph, to the byte.
func TestBuildDoesNotDependOnOrder(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 3))
	network := randomNetwork(random, 10)
	profile := plainProfile(t, "bicycle", "one_way: {obey: true}\n")
	want := graphBytes(t, buildWith(t, network, profile))
	for range 5 {
		random.Shuffle(len(network.Ways), func(i, j int) { network.Ways[i], network.Ways[j] = network.Ways[j], network.Ways[i] })
		if !bytes.Equal(want, graphBytes(t, buildWith(t, network, profile))) {
			t.Fatal("the order of ways changes the graph")
		}
	}
}

func FuzzOpen(f *testing.F) {
	random := rand.New(rand.NewPCG(1, 3))
	f.Add(graphBytes(f, buildWith(f, randomNetwork(random, 3), plainProfile(f, "bicycle", ""))))
	f.Fuzz(func(t *testing.T, data []byte) {
		graph, err := Open(data)
		if err == nil && Verify(data) == nil {
			graph.Snap(drawnOrigin)
		}
	})
}
