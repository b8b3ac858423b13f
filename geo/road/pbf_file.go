package road

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"

	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"
)

// Sizes that the PBF format promises never to exceed.
const (
	maxBlobHeaderBytes = 64 << 10
	maxBlobBytes       = 32 << 20
)

// blobPlace is where a block's compressed bytes stand in the file.
type blobPlace struct {
	offset int64
	size   int
}

// pbfFile is the list of a file's blocks, found by reading the block headers alone.
type pbfFile struct {
	source io.ReadSeeker
	blobs  []blobPlace
	size   int64
}

// openPBF lists the blocks. Memory: 16 bytes per block of about 8,000 elements.
func openPBF(ctx context.Context, source io.ReadSeeker) (*pbfFile, error) {
	size, err := source.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, fmt.Errorf("finding the size of the file: %w", err)
	}
	file := &pbfFile{source: source, size: size}
	for offset := int64(0); offset < size; {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		kind, blob, err := file.blobHeader(offset)
		if err != nil {
			return nil, fmt.Errorf("at byte %d: %w", offset, err)
		}
		switch {
		case offset == 0 && kind != "OSMHeader":
			return nil, errors.New("not an OpenStreetMap PBF file: it must begin with an OSMHeader block")
		case kind == "OSMHeader":
			if err := file.header(blob); err != nil {
				return nil, fmt.Errorf("at byte %d: %w", offset, err)
			}
		case kind == "OSMData":
			file.blobs = append(file.blobs, blob)
		}
		offset = blob.offset + int64(blob.size)
	}
	if size == 0 {
		return nil, errors.New("the file is empty")
	}
	return file, nil
}

func (f *pbfFile) blobHeader(offset int64) (string, blobPlace, error) {
	var prefix [4]byte
	if err := f.readAt(prefix[:], offset); err != nil {
		return "", blobPlace{}, err
	}
	size := binary.BigEndian.Uint32(prefix[:])
	if size > maxBlobHeaderBytes {
		return "", blobPlace{}, fmt.Errorf("block header of %d bytes: not an OpenStreetMap PBF file, or damaged", size)
	}
	header := make([]byte, size)
	if err := f.readAt(header, offset+4); err != nil {
		return "", blobPlace{}, err
	}
	var kind string
	var dataSize uint64
	good := fields(header, func(number int, payload []byte, value uint64) {
		switch number {
		case 1:
			kind = string(payload)
		case 3:
			dataSize = value
		}
	})
	start := offset + 4 + int64(size)
	if !good || dataSize > maxBlobBytes {
		return "", blobPlace{}, errDamaged
	}
	if start+int64(dataSize) > f.size {
		return "", blobPlace{}, fmt.Errorf("the file ends inside a block: it is cut off (%d bytes missing)", start+int64(dataSize)-f.size)
	}
	return kind, blobPlace{start, int(dataSize)}, nil
}

func (f *pbfFile) readAt(data []byte, offset int64) error {
	if _, err := f.source.Seek(offset, io.SeekStart); err != nil {
		return fmt.Errorf("seeking: %w", err)
	}
	if _, err := io.ReadFull(f.source, data); err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
			return errors.New("the file ends inside a block: it is cut off")
		}
		return fmt.Errorf("reading: %w", err)
	}
	return nil
}

// header refuses files whose features would make us read them wrongly.
func (f *pbfFile) header(blob blobPlace) error {
	packed := make([]byte, blob.size)
	if err := f.readAt(packed, blob.offset); err != nil {
		return err
	}
	data, err := new(inflater).inflate(packed)
	if err != nil {
		return err
	}
	var unknown []string
	good := fields(data, func(number int, payload []byte, _ uint64) {
		if feature := string(payload); number == 4 && feature != "OsmSchema-V0.6" && feature != "DenseNodes" {
			unknown = append(unknown, feature)
		}
	})
	if !good {
		return errDamaged
	}
	if len(unknown) > 0 {
		return fmt.Errorf("the file needs features that are not understood: %q; write it as plain OSM PBF, without history", unknown)
	}
	return nil
}

// inflater decompresses blobs, reusing its buffers.
type inflater struct {
	raw  []byte
	zlib io.ReadCloser
	zstd *zstd.Decoder
}

// inflate returns the blob's content, valid until the next call.
func (i *inflater) inflate(blob []byte) ([]byte, error) {
	var raw, zlibData, zstdData []byte
	var rawSize uint64
	other := 0
	if !fields(blob, func(number int, payload []byte, value uint64) {
		switch number {
		case 1:
			raw = payload
		case 2:
			rawSize = value
		case 3:
			zlibData = payload
		case 7:
			zstdData = payload
		default:
			other = number
		}
	}) {
		return nil, errDamaged
	}
	if rawSize > maxBlobBytes {
		return nil, fmt.Errorf("a block of %d bytes is larger than the format allows", rawSize)
	}
	switch {
	case raw != nil:
		return raw, nil
	case zlibData != nil:
		return i.inflateZlib(zlibData, int(rawSize))
	case zstdData != nil:
		return i.inflateZstd(zstdData, int(rawSize))
	case other != 0:
		return nil, fmt.Errorf("compression %d is not supported; write the file with zlib or zstd compression", other)
	default:
		return nil, errDamaged
	}
}

func (i *inflater) inflateZlib(data []byte, size int) ([]byte, error) {
	var err error
	if i.zlib == nil {
		i.zlib, err = zlib.NewReader(bytes.NewReader(data))
	} else {
		err = i.zlib.(zlib.Resetter).Reset(bytes.NewReader(data), nil)
	}
	if err != nil {
		return nil, fmt.Errorf("decompressing: %w", err)
	}
	if cap(i.raw) < size {
		i.raw = make([]byte, size)
	}
	i.raw = i.raw[:size]
	if _, err := io.ReadFull(i.zlib, i.raw); err != nil {
		return nil, fmt.Errorf("decompressing: %w", err)
	}
	return i.raw, nil
}

func (i *inflater) inflateZstd(data []byte, size int) ([]byte, error) {
	if i.zstd == nil {
		decoder, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxBlobBytes))
		if err != nil {
			return nil, fmt.Errorf("decompressing: %w", err)
		}
		i.zstd = decoder
	}
	raw, err := i.zstd.DecodeAll(data, i.raw[:0])
	if err != nil || len(raw) != size {
		return nil, fmt.Errorf("decompressing %d bytes to %d: %w", len(raw), size, errors.Join(err, errDamaged))
	}
	i.raw = raw
	return raw, nil
}

// read decodes blocks first ≤ i < last on all processors. work runs on any of them and returns what it found; collect gets the findings
// in the order of the file. done gets the compressed bytes finished with.
func readBlocks[T any](ctx context.Context, f *pbfFile, span [2]int, work func(*osmBlock) (T, error), collect func(int, T)) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	type job struct {
		index  int
		packed []byte
	}
	type result struct {
		index int
		found T
	}
	workers := runtime.GOMAXPROCS(0)
	jobs, results := make(chan job), make(chan result, workers)
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			var buffer inflater
			for j := range jobs {
				found, err := decodeBlob(&buffer, j.packed, work)
				if err != nil {
					cancel(fmt.Errorf("block at byte %d: %w", f.blobs[j.index].offset, err))
					continue
				}
				select {
				case results <- result{j.index, found}:
				case <-ctx.Done():
				}
			}
		})
	}
	go func() {
		defer close(results)
		defer group.Wait()
		defer close(jobs)
		for i := span[0]; i < span[1]; i++ {
			packed := make([]byte, f.blobs[i].size)
			if err := f.readAt(packed, f.blobs[i].offset); err != nil {
				cancel(err)
				return
			}
			select {
			case jobs <- job{i, packed}:
			case <-ctx.Done():
				return
			}
		}
	}()
	waiting, next := map[int]T{}, span[0]
	for r := range results {
		waiting[r.index] = r.found
		for found, ok := waiting[next]; ok; found, ok = waiting[next] {
			delete(waiting, next)
			collect(next, found)
			next++
		}
	}
	return context.Cause(ctx)
}

// readMarked is readBlocks for those blocks that are marked.
func readMarked[T any](ctx context.Context, f *pbfFile, marked []bool, work func(*osmBlock) (T, error), collect func(int, T)) error {
	for i := 0; i < len(marked); i++ {
		first := i
		for i < len(marked) && marked[i] {
			i++
		}
		if first == i {
			continue
		}
		if err := readBlocks(ctx, f, [2]int{first, i}, work, collect); err != nil {
			return err
		}
	}
	return nil
}

func decodeBlob[T any](buffer *inflater, packed []byte, work func(*osmBlock) (T, error)) (T, error) {
	var none T
	data, err := buffer.inflate(packed)
	if err != nil {
		return none, err
	}
	block, err := parseBlock(data)
	if err != nil {
		return none, err
	}
	return work(block)
}
