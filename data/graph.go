package data

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/edsrzf/mmap-go"
	"github.com/paulmach/orb"

	"lawcircle/geo/road"
)

// Ground is what a graph is built on besides the roads: the elevation of the land.
type Ground struct {
	Digest    string                                    // identifies the elevation data; "" for flat land
	Elevation func(orb.Point) (metres float64, ok bool) // nil for flat land
}

// Graph returns the roads compiled for a profile, on flat land. See [Project.GraphOn].
func (p *Project) Graph(ctx context.Context, profile *road.Profile, progress func(done, total int64)) (*road.Graph, error) {
	return p.GraphOn(ctx, profile, Ground{}, progress)
}

// GraphOn returns the roads compiled for a profile on some ground. A graph compiled before is taken from the folder beside the project
// file (turpan.roads for turpan.gpkg), memory-mapped, if it was made from the same roads, profile and ground and is undamaged; otherwise
// it is built and kept there. That folder may be deleted at any time. Where it cannot be written the graph lives in memory alone. Graphs
// stay usable after Close; progress may be nil. Callers that ask for the same graph at once share it.
func (p *Project) GraphOn(ctx context.Context, profile *road.Profile, ground Ground, progress func(done, total int64)) (*road.Graph, error) {
	if profile.Slope == nil {
		ground = Ground{}
	}
	roads, err := p.RoadsDigest(ctx)
	if err != nil {
		return nil, err
	}
	source := graphSource{roads, profile, ground}
	entry := p.graphs.entry(source.key())
	entry.mu.Lock()
	defer entry.mu.Unlock()
	if entry.graph != nil {
		return entry.graph, nil
	}
	path := filepath.Join(p.graphFolder(), source.fileName())
	if entry.graph, err = source.open(path); err == nil {
		return entry.graph, nil
	}
	entry.graph, err = p.buildGraph(ctx, source, path, progress)
	return entry.graph, err
}

// graphCache holds the graphs in use, so that each is mapped once. Its zero value is empty.
type graphCache struct {
	mu      sync.Mutex
	entries map[string]*graphEntry
}

type graphEntry struct {
	mu    sync.Mutex
	graph *road.Graph
}

// maxGraphs bounds how many graphs a process keeps: roads that change often would otherwise leave one each time.
const maxGraphs = 32

func (c *graphCache) entry(key string) *graphEntry {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.entries == nil || len(c.entries) >= maxGraphs && c.entries[key] == nil {
		c.entries = map[string]*graphEntry{}
	}
	if c.entries[key] == nil {
		c.entries[key] = &graphEntry{}
	}
	return c.entries[key]
}

// graphFolder is where compiled graphs are kept.
func (p *Project) graphFolder() string {
	return strings.TrimSuffix(p.path, filepath.Ext(p.path)) + ".roads"
}

// graphSource is all that a graph depends on.
type graphSource struct {
	roads   string // digest
	profile *road.Profile
	ground  Ground
}

func (s graphSource) key() string {
	sum := sha256.Sum256([]byte(s.roads + "\n" + s.profile.Digest() + "\n" + s.ground.Digest))
	return hex.EncodeToString(sum[:12])
}

func (s graphSource) prefix() string {
	safe := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|. `, r) || r < ' ' {
			return '_'
		}
		return r
	}, s.profile.Name)
	return safe + "-"
}

const graphSuffix = ".graph"

func (s graphSource) fileName() string { return s.prefix() + s.key() + graphSuffix }

// open maps a kept graph. The mapping stays until the process ends, because nobody knows who still holds the graph; it is the system's
// page cache and costs no memory of the process.
func (s graphSource) open(path string) (*road.Graph, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	content, err := mmap.Map(file, mmap.RDONLY, 0)
	if err != nil {
		return nil, fmt.Errorf("mapping %s: %w", path, err)
	}
	graph, err := s.adopt(content)
	if err != nil {
		err = errors.Join(err, content.Unmap())
		return nil, fmt.Errorf("opening %s: %w", path, err)
	}
	return graph, nil
}

func (s graphSource) adopt(content []byte) (*road.Graph, error) {
	if err := road.Verify(content); err != nil {
		return nil, err
	}
	graph, err := road.Open(content)
	if err != nil {
		return nil, err
	}
	if graph.NetworkDigest() != s.roads || graph.ProfileDigest() != s.profile.Digest() {
		return nil, errors.New("it was made from other roads or another profile")
	}
	return graph, nil
}

func (p *Project) buildGraph(ctx context.Context, source graphSource, path string, progress func(done, total int64)) (*road.Graph, error) {
	network, err := p.Network(ctx)
	if err != nil {
		return nil, err
	}
	graph, err := road.Build(ctx, network, source.profile, road.BuildOptions{Elevation: source.ground.Elevation, Progress: progress})
	if err != nil {
		return nil, err
	}
	if graph.NetworkDigest() != source.roads {
		return graph, nil // the roads have just changed: right for now, but not to be kept under the old name
	}
	if err := keepGraph(graph, path); err != nil {
		return graph, nil // a cache that cannot be written costs time and nothing else
	}
	removeOthers(path, source.prefix())
	if mapped, err := source.open(path); err == nil {
		return mapped, nil
	}
	return graph, nil
}

// keepGraph writes a graph beside its place and renames it into it, so that no reader meets half of one.
func keepGraph(graph *road.Graph, path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("making the folder of road graphs: %w", err)
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".building-*")
	if err != nil {
		return fmt.Errorf("keeping the road graph: %w", err)
	}
	defer os.Remove(file.Name()) // does nothing once renamed
	buffered := bufio.NewWriterSize(file, 1<<20)
	_, err = graph.WriteTo(buffered)
	if err = errors.Join(err, buffered.Flush(), file.Sync(), file.Close()); err != nil {
		return fmt.Errorf("keeping the road graph: %w", err)
	}
	if err := os.Chmod(file.Name(), 0o644); err != nil {
		return fmt.Errorf("keeping the road graph: %w", err)
	}
	return os.Rename(file.Name(), path)
}

// removeOthers deletes graphs of the same profile that were made from other roads or an earlier form of the profile.
func removeOthers(path, prefix string) {
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return
	}
	for _, entry := range entries {
		rest, same := strings.CutPrefix(entry.Name(), prefix)
		if same && len(rest) == len(filepath.Base(path))-len(prefix) && entry.Name() != filepath.Base(path) {
			os.Remove(filepath.Join(filepath.Dir(path), entry.Name()))
		}
	}
}
