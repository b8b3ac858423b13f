package road

import (
	"math/bits"
	"slices"
	"strings"
)

// wayKeys are the tags of ways that profiles may look at.
var wayKeys = keySet(`
	highway route railway area construction service junction oneway oneway:foot oneway:bicycle oneway:motor_vehicle oneway:motorcar
	access foot bicycle vehicle motor_vehicle motorcar moped mofa motorcycle hgv bus psv horse wheelchair motorroad
	surface smoothness tracktype sac_scale mtb:scale width incline lanes lit sidewalk footway cycleway cycleway:left cycleway:right
	cycleway:both cycleway:left:oneway cycleway:right:oneway maxspeed maxspeed:forward maxspeed:backward duration bridge tunnel layer
	covered conveying toll ref waterway natural landuse barrier intermittent seasonal`)

// wallValues are the ways other than roads that profiles may take as walls.
var wallValues = map[string]map[string]bool{
	"waterway": keySet("river canal riverbank dock"),
	"natural":  keySet("water coastline"),
	"landuse":  keySet("reservoir"),
	"railway":  keySet("rail light_rail narrow_gauge"),
	"barrier":  keySet("city_wall"),
}

// isWallWay tells whether a way that is no road is kept as a wall.
func isWallWay(b *osmBlock, e *element) bool {
	for i, key := range e.keys {
		if values := wallValues[string(b.strings[key])]; values[string(b.strings[e.vals[i]])] {
			return true
		}
	}
	return false
}

// nodeKeys are the tags of nodes that profiles may look at.
var nodeKeys = keySet(`
	barrier access foot bicycle vehicle motor_vehicle motorcar moped mofa motorcycle hgv bus psv horse wheelchair
	highway traffic_signals:direction crossing`)

// nodeTriggers are the tags that make a node worth keeping.
var nodeTriggers = keySet("barrier highway access")

func keySet(list string) map[string]bool {
	set := map[string]bool{}
	for _, key := range strings.Fields(list) {
		set[key] = true
	}
	return set
}

// notRoads are values of highway for what is not there (any more, or yet) or never for travel.
var notRoads = keySet(`proposed abandoned razed demolished dismantled disused removed raceway planned no
	bus_stop platform_edge rest_area services street_lamp`)

func isRoad(b *osmBlock, e *element) bool {
	for i, key := range e.keys {
		switch value := b.strings[e.vals[i]]; string(b.strings[key]) {
		case "highway":
			return !notRoads[string(value)]
		case "route":
			if string(value) == "ferry" {
				return true
			}
		case "railway":
			if string(value) == "platform" {
				return true
			}
		}
	}
	return false
}

// interner makes equal sets of tags one map.
type interner map[string]Tags

func (n interner) wayTags(b *osmBlock, e *element) (Tags, string) {
	name := ""
	for i, key := range e.keys {
		if string(b.strings[key]) == "name" {
			name = string(b.strings[e.vals[i]])
		}
	}
	return n.tags(b, e, wayKeys), name
}

// nodeTags is nil for nodes that no profile looks at.
func (n interner) nodeTags(b *osmBlock, e *element) Tags {
	for _, key := range e.keys {
		if nodeTriggers[string(b.strings[key])] {
			return n.tags(b, e, nodeKeys)
		}
	}
	return nil
}

func (n interner) tags(b *osmBlock, e *element, keep map[string]bool) Tags {
	var parts []string
	for i, key := range e.keys {
		if keep[string(b.strings[key])] {
			parts = append(parts, string(b.strings[key])+"\x00"+string(b.strings[e.vals[i]]))
		}
	}
	slices.Sort(parts)
	canonical := strings.Join(parts, "\x01")
	if tags, ok := n[canonical]; ok {
		return tags
	}
	tags := make(Tags, len(parts))
	for _, part := range parts {
		key, value, _ := strings.Cut(part, "\x00")
		tags[key] = value
	}
	n[canonical] = tags
	return tags
}

// shared is the interner's own map for equal tags.
func (n interner) shared(tags Tags) Tags {
	canonical := tags.canonical()
	if own, ok := n[canonical]; ok {
		return own
	}
	n[canonical] = tags
	return tags
}

// canonical is the same string for equal tags, and different for different ones as long as no tag holds control characters.
func (t Tags) canonical() string {
	parts := make([]string, 0, len(t))
	for key, value := range t {
		parts = append(parts, key+"\x00"+value)
	}
	slices.Sort(parts)
	return strings.Join(parts, "\x01")
}

// conditionalKeys are the tags whose conditions would change where one may travel.
var conditionalKeys = keySet(`
	access:conditional foot:conditional bicycle:conditional vehicle:conditional motor_vehicle:conditional motorcar:conditional
	oneway:conditional`)

// isConditional tells whether a way is open, closed or one-way at certain times only.
func isConditional(b *osmBlock, e *element) bool {
	return slices.ContainsFunc(e.keys, func(key uint32) bool { return conditionalKeys[string(b.strings[key])] })
}

// addRestriction reads a turn restriction, if the relation is one; several from or to ways (no_entry, no_exit) make several. Those that
// bind at certain times only, and those without the members they need, are counted and left out.
func (f *roadsFound) addRestriction(b *osmBlock, e *element) {
	proto, conditional, ok := restrictionTags(b, e)
	if conditional {
		f.conditional++
	}
	if !ok {
		return
	}
	var from, to []int64
	for i, ref := range e.refs {
		switch role := string(b.strings[e.roles[i]]); {
		case role == "from" && e.kinds[i] == 1:
			from = append(from, ref)
		case role == "to" && e.kinds[i] == 1:
			to = append(to, ref)
		case role == "via" && e.kinds[i] == 0:
			proto.ViaNode = ref
		case role == "via" && e.kinds[i] == 1:
			proto.ViaWays = append(proto.ViaWays, ref)
		}
	}
	known := strings.HasPrefix(proto.Kind, "no_") || strings.HasPrefix(proto.Kind, "only_")
	oneVia := (proto.ViaNode != 0) != (len(proto.ViaWays) > 0)
	if !known || !oneVia || len(from) == 0 || len(to) == 0 || len(from)*len(to) > 64 {
		f.bad++
		return
	}
	for _, proto.From = range from {
		for _, proto.To = range to {
			f.restrictions = append(f.restrictions, proto)
		}
	}
}

// restrictionTags reads the tags of a restriction: ok is false when it is none, or none that binds at all times. Conditional tells whether
// some of it binds at certain times only.
func restrictionTags(b *osmBlock, e *element) (r Restriction, conditional, ok bool) {
	r.ID = e.id
	isRestriction, timed := false, false // timed: the whole of it, as was once usual
	for i, key := range e.keys {
		value := string(b.strings[e.vals[i]])
		switch key := string(b.strings[key]); {
		case key == "type":
			isRestriction = value == "restriction"
		case key == "except":
			for _, vehicle := range strings.Split(value, ";") {
				r.Except = append(r.Except, strings.TrimSpace(vehicle))
			}
		case key == "restriction":
			r.Kind, r.Vehicle = value, ""
		case key == "day_on" || key == "hour_on":
			timed = true
		case strings.HasPrefix(key, "restriction:") && strings.HasSuffix(key, ":conditional"):
			conditional = true
		case strings.HasPrefix(key, "restriction:") && r.Kind == "":
			r.Kind, r.Vehicle = value, strings.TrimPrefix(key, "restriction:")
		}
	}
	conditional = isRestriction && (conditional || timed)
	return r, conditional, isRestriction && !timed && (r.Kind != "" || !conditional)
}

// sieve is a set of ids that may say yes for a few that are not in it, in one look at memory; it spares most of the binary searches.
type sieve struct {
	words []uint64
	shift int
}

func newSieve(ids []int64) sieve {
	size := bits.Len(uint(len(ids)*16 | 1023)) // 16 to 32 bits for every id
	s := sieve{words: make([]uint64, 1<<size/64), shift: 64 - size}
	for _, id := range ids {
		bit := s.bit(id)
		s.words[bit/64] |= 1 << (bit % 64)
	}
	return s
}

func (s sieve) bit(id int64) uint64 { return uint64(id) * 0x9E3779B97F4A7C15 >> s.shift }

func (s sieve) mayHave(id int64) bool {
	bit := s.bit(id)
	return s.words[bit/64]>>(bit%64)&1 != 0
}
