package road

import (
	"github.com/paulmach/orb"
)

// Network is road data independent of any profile: what an import keeps and the project file stores. Read back in any order it
// builds the same graph.
type Network struct {
	Ways         []Way
	Nodes        []Node // the tagged ones only: barriers, signals, crossings
	Restrictions []Restriction
}

// Way is a stretch of road or ferry line, or of a line that nobody walks across (river, railway), at least two nodes long. Ways meet where they share a node id, nowhere else: a bridge does
// not meet what it crosses. A way broken by missing nodes is several Ways with one ID.
type Way struct {
	ID      int64 // OpenStreetMap id; negative for roads that a user drew
	Name    string
	NodeIDs []int64
	Line    orb.LineString // where the nodes stand, lon/lat degrees, as long as NodeIDs
	Tags    Tags           // without the name; ways may share one map, so never change it
}

// Node is a place on a way that has tags of its own.
type Node struct {
	ID   int64
	Tags Tags
}

// Tags are OpenStreetMap tags: keys and values as written there.
type Tags map[string]string

// Restriction is one turn restriction, over a node or over one or more ways.
type Restriction struct {
	ID      int64
	Kind    string  // "no_left_turn", "only_straight_on", …
	From    int64   // way id
	ViaNode int64   // node id, when ViaWays is empty
	ViaWays []int64 // way ids in driving order
	To      int64   // way id
	Except  []string
	// Vehicle is the key suffix for a restriction of one kind of vehicle ("hgv", "bus"); empty for all.
	Vehicle string
}
