package pbf

import (
	"fmt"

	"github.com/paulmach/osm"
)

// block collects the strings of one primitive block. String 0 is reserved by the format as the separator of dense tags.
type block struct {
	strings []string
	index   map[string]uint64
}

func newBlock() *block { return &block{strings: []string{""}, index: map[string]uint64{}} }

// text returns the number of a string in the block's table.
func (b *block) text(s string) uint64 {
	if at, ok := b.index[s]; ok {
		return at
	}
	at := uint64(len(b.strings))
	b.strings = append(b.strings, s)
	b.index[s] = at
	return at
}

// tags returns the keys and the values of tags as numbers of the string table, in the order given.
func (b *block) tags(tags osm.Tags) (keys, values []uint64) {
	for _, tag := range tags {
		keys = append(keys, b.text(tag.Key))
		values = append(values, b.text(tag.Value))
	}
	return keys, values
}

// finish closes the block around its only group of entities.
func (b *block) finish(group message) []byte {
	var table message
	for _, s := range b.strings {
		table = table.text(1, s)
	}
	return message{}.bytes(1, table).bytes(2, group).number(17, nanoPerUnit)
}

func nodeBlock(nodes osm.Nodes) []byte {
	b := newBlock()
	ids, lats, lons := make([]int64, len(nodes)), make([]int64, len(nodes)), make([]int64, len(nodes))
	var tags []uint64
	tagged := false
	for i, node := range nodes {
		ids[i], lats[i], lons[i] = int64(node.ID), units(node.Lat), units(node.Lon)
		keys, values := b.tags(node.Tags)
		for k := range keys {
			tags = append(tags, keys[k], values[k])
			tagged = true
		}
		tags = append(tags, 0)
	}
	if !tagged {
		tags = nil // the format leaves the list out when no node of the block has a tag
	}
	dense := message{}.deltas(1, ids).deltas(8, lats).deltas(9, lons).packed(10, tags)
	return b.finish(message{}.bytes(2, dense))
}

func wayBlock(ways osm.Ways) []byte {
	b := newBlock()
	var group message
	for _, way := range ways {
		keys, values := b.tags(way.Tags)
		refs := make([]int64, len(way.Nodes))
		for i, node := range way.Nodes {
			refs[i] = int64(node.ID)
		}
		group = group.bytes(3, message{}.number(1, uint64(way.ID)).packed(2, keys).packed(3, values).deltas(8, refs))
	}
	return b.finish(group)
}

func relationBlock(relations osm.Relations) []byte {
	b := newBlock()
	var group message
	for _, relation := range relations {
		keys, values := b.tags(relation.Tags)
		var roles, types []uint64
		var refs []int64
		for _, member := range relation.Members {
			kind, _ := memberType(member.Type) // checked before anything was written
			roles, types, refs = append(roles, b.text(member.Role)), append(types, kind), append(refs, member.Ref)
		}
		group = group.bytes(4, message{}.number(1, uint64(relation.ID)).packed(2, keys).packed(3, values).
			packed(8, roles).deltas(9, refs).packed(10, types))
	}
	return b.finish(group)
}

// memberType returns the format's number of a kind of entity.
func memberType(kind osm.Type) (uint64, error) {
	switch kind {
	case osm.TypeNode:
		return 0, nil
	case osm.TypeWay:
		return 1, nil
	case osm.TypeRelation:
		return 2, nil
	default:
		return 0, fmt.Errorf("a relation cannot have a member of type %q", kind)
	}
}
