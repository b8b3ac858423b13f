package road

import (
	"context"
	"fmt"
	"math"
	"sync"

	"github.com/paulmach/orb"
)

// BuildOptions add to a build.
type BuildOptions struct {
	// Elevation samples the ground, in metres; ok is false where it is not known. Nil, or a profile without a slope rule: all is flat.
	Elevation func(orb.Point) (metres float64, ok bool)
	// Progress is told how much is done of how much, in steps of no unit. Nil for no reports.
	Progress func(done, total int64)
}

// Build makes the graph of a network for a profile. It takes about a microsecond per node on one core and depends on nothing but the
// content of the network, the profile and the elevation.
func Build(ctx context.Context, network *Network, profile *Profile, opts BuildOptions) (*Graph, error) {
	b := &builder{network: network, profile: profile, elevation: opts.Elevation}
	if profile.Slope == nil {
		b.elevation = nil
	}
	steps := []func(){b.prepare, b.cut, b.makeEdges, b.makeStates, b.findParts, b.indexSegments, b.findWalls, b.finish}
	for i, step := range steps {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("building the road graph for %s: %w", profile.Name, err)
		}
		step()
		if b.err != nil {
			return nil, fmt.Errorf("building the road graph for %s: %w", profile.Name, b.err)
		}
		if opts.Progress != nil {
			opts.Progress(int64(i+1), int64(len(steps)))
		}
	}
	return &b.graph, nil
}

// builder carries what the steps hand on.
type builder struct {
	network   *Network
	profile   *Profile
	elevation func(orb.Point) (float64, bool)
	err       error

	ways     []usedWay
	ids      []int64 // node ids, ascending; nodes below are indexes into it
	flags    []uint8
	degree   []uint8
	vertexOf []int32
	vertices []vertex
	links    []link
	nodes    int
	edgeEnds []int32 // two vertices per edge, then two junctions
	shape    shape   // memory of one edge's shape

	junctions  int
	junctionOf []int32  // per vertex, -1 where no edge ends
	signals    []bool   // per junction
	tails      []uint32 // per directed edge: the junction it leaves
	graph      Graph
}

type usedWay struct {
	*Way
	wayRule
	nodes []int32
}

func (b *builder) finish() {
	g := &b.graph
	g.profile, g.searches, g.grounds = b.profile, &sync.Pool{}, &sync.Map{}
	bounds := b.network.Bounds()
	g.meta = graphMeta{
		Format: graphFormat, Profile: b.profile,
		NetworkDigest: b.network.Digest(), ProfileDigest: b.profile.Digest(),
		Nodes: b.nodes, States: len(g.inStart) - 1, Elevation: b.elevation != nil,
		Bounds: [4]float64{bounds.Min[0], bounds.Min[1], bounds.Max[0], bounds.Max[1]},
	}
	sum := uint64(0)
	for _, a := range g.in {
		g.meta.MaxArcMs = max(g.meta.MaxArcMs, a.Ms)
		sum += uint64(a.Ms)
	}
	if len(g.in) > 0 {
		g.meta.MeanArcMs = uint32(sum / uint64(len(g.in)))
	}
}

// roundMs rounds to whole milliseconds, at least 1 for what is not nothing.
func roundMs(ms float64) int32 { return int32(math.Round(ms)) }
