package ogc

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"lawcircle/server/layer"
)

// page is one page of the features that were asked for.
type page struct {
	matched  int
	features []*layer.Feature
}

// collect finds the features of a page and counts all that match. Cost: linear in the collection, constant when nothing is filtered.
func (c *Collection) collect(q question) (page, error) {
	out := page{}
	if q.boxes == nil && q.interval == nil && q.filter == nil && len(q.equals) == 0 {
		out.matched = len(c.Features)
		for i := q.offset; i < min(q.offset+q.limit, len(c.Features)); i++ {
			out.features = append(out.features, &c.Features[i])
		}
		return out, nil
	}
	for i := range c.Features {
		wanted, err := c.matches(i, q)
		if err != nil {
			return out, err
		}
		if !wanted {
			continue
		}
		if out.matched >= q.offset && len(out.features) < q.limit {
			out.features = append(out.features, &c.Features[i])
		}
		out.matched++
	}
	return out, nil
}

func (r *request) items() error {
	c, err := find(r.source.Collections, r.Param("id"))
	if err != nil {
		return err
	}
	raw := r.QueryParams()
	q, err := c.parse(raw)
	if err != nil {
		return err
	}
	found, err := c.collect(q)
	if err != nil {
		return err
	}
	links := r.pageLinks(c, q, found)
	header := r.Response().Header()
	header.Set("Content-Crs", "<"+q.out.uri+">")
	header.Set("OGC-NumberMatched", strconv.Itoa(found.matched))
	header.Set("OGC-NumberReturned", strconv.Itoa(len(found.features)))
	for _, l := range links {
		header.Add("Link", fmt.Sprintf(`<%s>; rel="%s"; type="%s"`, l.Href, l.Rel, l.Type))
	}
	if r.html {
		return r.show(r.itemsView(c, found, links))
	}
	return r.writeItems(c, q, found, links)
}

func (r *request) pageLinks(c *Collection, q question, found page) []link {
	links := r.selfLinks(mediaGeoJSON)
	media := links[0].Type
	if end := q.offset + len(found.features); end < found.matched && len(found.features) > 0 {
		links = append(links, link{Href: r.here(map[string]string{"offset": strconv.Itoa(end), "limit": strconv.Itoa(q.limit)}), Rel: "next", Type: media,
			Title: r.say("下一页", "next page")})
	}
	if q.offset > 0 {
		before := strconv.Itoa(max(0, q.offset-q.limit))
		links = append(links, link{Href: r.here(map[string]string{"offset": before, "limit": strconv.Itoa(q.limit)}), Rel: "prev", Type: media,
			Title: r.say("上一页", "previous page")})
	}
	return append(links, link{Href: r.base + "/collections/" + c.ID, Rel: "collection", Type: mediaJSON, Title: c.Title.In(r.lang)})
}

// writeItems encodes the whole page before it is sent, so that a failure is still an error and not half an answer.
func (r *request) writeItems(c *Collection, q question, found page, links []link) error {
	var out bytes.Buffer
	head, err := json.Marshal(links)
	if err != nil {
		return err
	}
	stamp := r.service.options.Now().UTC().Format("2006-01-02T15:04:05Z")
	fmt.Fprintf(&out, `{"type":"FeatureCollection","numberMatched":%d,"numberReturned":%d,"timeStamp":"%s","links":%s,"features":[`,
		found.matched, len(found.features), stamp, head)
	for i, f := range found.features {
		if i > 0 {
			out.WriteByte(',')
		}
		body, err := c.encode(f, q.out)
		if err != nil {
			return err
		}
		out.Write(body)
	}
	out.WriteString("]}\n")
	return r.Blob(http.StatusOK, mediaGeoJSON, out.Bytes())
}

func (c *Collection) encode(f *layer.Feature, to system) ([]byte, error) {
	geometry, err := inSystem(f, to)
	if err != nil {
		return nil, err
	}
	return c.Encode(*f, geometry, false)
}

func (r *request) item() error {
	c, err := find(r.source.Collections, r.Param("id"))
	if err != nil {
		return err
	}
	values, err := r.check(pageParams().With(crsParam()))
	if err != nil {
		return err
	}
	to, err := c.systemParam(values, "crs")
	if err != nil {
		return err
	}
	id, err := url.PathUnescape(r.Param("feature"))
	if err != nil {
		return notFound("要素", "feature", r.Param("feature"))
	}
	f, err := c.feature(id)
	if err != nil {
		return err
	}
	links := append(r.selfLinks(mediaGeoJSON), link{Href: r.base + "/collections/" + c.ID, Rel: "collection", Type: mediaJSON, Title: c.Title.In(r.lang)})
	r.Response().Header().Set("Content-Crs", "<"+to.uri+">")
	if r.html {
		return r.show(r.itemView(c, f, links))
	}
	body, err := c.encode(f, to)
	if err != nil {
		return err
	}
	list, err := json.Marshal(links)
	if err != nil {
		return err
	}
	body = fmt.Appendf(bytes.TrimSuffix(body, []byte("}")), `,"links":%s}`+"\n", list)
	return r.Blob(http.StatusOK, mediaGeoJSON, body)
}
