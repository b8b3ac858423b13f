package data

import (
	"database/sql/driver"
	"fmt"
	"strings"

	"lawcircle/coverage"
)

// vocabularyCodes returns the codes of a vocabulary of the domain.
func vocabularyCodes(name string) codeSet {
	out := codeSet{}
	for _, term := range coverage.Vocabularies()[name] {
		out[term.Code] = true
	}
	return out
}

func text[S ~string](column string, to *S) binding { return binding{column, textField[S]{to}} }
func key[S ~string](column string, to *S) binding  { return binding{column, keyField[S]{to}} }
func code[S ~string](column string, to *S, vocabulary string) binding {
	return binding{column, codeField[S]{to, vocabularyCodes(vocabulary), vocabulary}}
}
func count[I integer](column string, to *I) binding  { return binding{column, countField[I]{to}} }
func stated[I integer](column string, to *I) binding { return binding{column, statedField[I]{to}} }
func flag(column string, to **bool) binding          { return binding{column, maybeFlagField{to}} }
func number(column string, to *float64) binding      { return binding{column, realField{to}} }

func date(column string, to *coverage.Date) []binding {
	return []binding{{column, dayField{to}}, {column + "_precision", precisionField{to}}}
}

// compositeField is the key of a record that several columns identify. It is written and not read back.
type compositeField struct {
	columns []string // those it is made of
	parts   func() []string
}

// composite makes the key of a record out of other columns, whose names are separated by blanks.
func composite(column, of string, parts func() []string) binding {
	return binding{column, compositeField{strings.Fields(of), parts}}
}

// Value joins the parts so that different parts make different keys.
func (f compositeField) Value() (driver.Value, error) {
	parts := f.parts()
	for i, part := range parts {
		parts[i] = strings.NewReplacer(`\`, `\\`, `|`, `\|`).Replace(part)
	}
	return strings.Join(parts, "|"), nil
}

// Scan drops the key.
func (f compositeField) Scan(any) error { return nil }

func unitTable() table[coverage.Unit] {
	return table[coverage.Unit]{name: "admin_units", key: "code", order: "code", bind: func(u *coverage.Unit) []binding {
		bindings := []binding{
			{"geom", areaField{&u.Geometry}}, key("code", &u.Code), text("name", &u.Name), text("name_ug", &u.NameUg), text("name_en", &u.NameEn),
			stated("level", &u.Level), code("kind", &u.Kind, "unit_kind"), text("urban_rural", &u.UrbanRural), text("parent", &u.Parent),
			{"statutory", flagField{&u.Statutory}},
		}
		bindings = append(bindings, date("valid_from", &u.ValidFrom)...)
		return append(bindings, date("valid_to", &u.ValidTo)...)
	}}
}

func settlementTable() table[coverage.Settlement] {
	return table[coverage.Settlement]{name: "settlements", key: "settlement_id", order: "settlement_id",
		bind: func(s *coverage.Settlement) []binding {
			bindings := []binding{
				{"geom", pointField{&s.Point}}, key("settlement_id", &s.ID), text("code", &s.Code), text("name", &s.Name),
				{"people", peopleField{&s.People}}, text("people_source", &s.PeopleSource), stated("people_year", &s.PeopleYear),
				text("urban_rural", &s.UrbanRural), text("quality", &s.Quality),
			}
			for _, term := range coverage.Vocabularies()["group"] {
				bindings = append(bindings, binding{term.Code, groupField{&s.Groups, coverage.Group(term.Code)}})
			}
			return bindings
		},
		check: knownGroups(),
	}
}

func knownGroups() func(*coverage.Settlement) error {
	known := vocabularyCodes("group")
	return func(s *coverage.Settlement) error {
		for group := range s.Groups {
			if !known[string(group)] {
				return fmt.Errorf("group %q is unknown", group)
			}
		}
		return nil
	}
}

func hostTable() table[coverage.Host] {
	return table[coverage.Host]{name: "host_sites", key: "host_id", order: "host_id", bind: func(h *coverage.Host) []binding {
		return []binding{
			{"geom", pointField{&h.Point}}, key("host_id", &h.ID), code("kind", &h.Kind, "host_kind"), text("name", &h.Name), text("code", &h.Code),
			text("address", &h.Address), text("coord_source", &h.CoordSource), text("quality", &h.Quality),
			{"set_up_cost", statedRealField{&h.SetUpCost}}, flag("ready", &h.Ready),
		}
	}}
}

func pointTable() table[coverage.ServicePoint] {
	return table[coverage.ServicePoint]{name: "service_points", key: "point_id", order: "point_id",
		bind: func(p *coverage.ServicePoint) []binding {
			bindings := []binding{
				{"geom", pointField{&p.Point}}, key("point_id", &p.ID), text("host_id", &p.HostID), text("name", &p.Name),
				code("tier", &p.Tier, "tier"), code("level", &p.Level, "service_level"), code("status", &p.Status, "status"), text("code", &p.Code),
				{"area_m2", statedRealField{&p.AreaM2}}, {"staff_full", maybeField{&p.StaffFull}}, {"staff_part", maybeField{&p.StaffPart}},
				flag("bilingual", &p.Bilingual), flag("board", &p.Board), flag("book_corner", &p.BookCorner), flag("street_front", &p.StreetFront),
				flag("ground_floor", &p.GroundFloor), flag("accessible", &p.Accessible), flag("dedicated", &p.Dedicated), text("opening_hours", &p.OpeningHours),
			}
			bindings = append(bindings, date("planned_on", &p.PlannedOn)...)
			bindings = append(bindings, date("opened_on", &p.OpenedOn)...)
			bindings = append(bindings, date("accepted_on", &p.AcceptedOn)...)
			return append(bindings, date("closed_on", &p.ClosedOn)...)
		}}
}
