// Checks a published record with Go's own sumdb packages, which know nothing of the program that published it.
//
//	outsider record FOLDER VKEY [OLDER]   every entry, every tile, the signed head, and an older head it must lead on from
//	outsider receipt FILE ENTRY VKEY      that a receipt proves an entry
//
// It says what it found and ends with 0, or says what is wrong and ends with 1.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

// folder reads tiles as C2SP tlog-tiles lays them out: Go's own names say the height too, C2SP's do not.
type folder string

func (f folder) Height() int { return height }

func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, tile := range tiles {
		name := "tile/" + strings.TrimPrefix(tile.Path(), "tile/8/")
		data, err := os.ReadFile(filepath.Join(string(f), name))
		if err != nil {
			return nil, err
		}
		found = append(found, data)
	}
	return found, nil
}

// bundle returns the entries of one bundle, each behind its length in two bytes.
func (f folder) bundle(number, width int64) ([][]byte, error) {
	tile := tlog.Tile{H: height, L: 0, N: number, W: int(width)}
	name := "tile/entries/" + strings.TrimPrefix(tile.Path(), "tile/8/0/")
	data, err := os.ReadFile(filepath.Join(string(f), name))
	if err != nil {
		return nil, err
	}
	var found [][]byte
	for len(data) > 0 {
		if len(data) < 2 || len(data)-2 < int(binary.BigEndian.Uint16(data)) {
			return nil, fmt.Errorf("%s is cut", name)
		}
		end := 2 + int(binary.BigEndian.Uint16(data))
		found = append(found, data[2:end])
		data = data[end:]
	}
	if int64(len(found)) != width {
		return nil, fmt.Errorf("%s holds %d entries, not %d", name, len(found), width)
	}
	return found, nil
}

// head opens a checkpoint: an origin, a size and a root, a line each, under the log's signature.
func head(data []byte, vkey string) (tlog.Tree, error) {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return tlog.Tree{}, err
	}
	opened, err := note.Open(data, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		return tlog.Tree{}, errors.New("not a checkpoint of this log")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 {
		return tlog.Tree{}, fmt.Errorf("a size of %q", lines[1])
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

func record(where folder, vkey string, older string) error {
	data, err := os.ReadFile(filepath.Join(string(where), "checkpoint"))
	if err != nil {
		return err
	}
	tree, err := head(data, vkey)
	if err != nil {
		return err
	}
	reader := tlog.TileHashReader(tree, where)
	for first := int64(0); first < tree.N; first += 1 << height {
		if err := entries(where, reader, tree, first); err != nil {
			return err
		}
	}
	fmt.Printf("%d entries under %v\n", tree.N, tree.Hash)
	if older == "" {
		return nil
	}
	data, err = os.ReadFile(older)
	if err != nil {
		return err
	}
	before, err := head(data, vkey)
	if err != nil {
		return err
	}
	if before.N > tree.N {
		return fmt.Errorf("%d entries were published, and there are %d", before.N, tree.N)
	}
	proof, err := tlog.ProveTree(tree.N, before.N, reader)
	if err != nil {
		return err
	}
	if err := tlog.CheckTree(proof, tree.N, tree.Hash, before.N, before.Hash); err != nil {
		return fmt.Errorf("it does not begin with the %d entries published before: %w", before.N, err)
	}
	fmt.Printf("begins with the %d entries of before\n", before.N)
	return nil
}

// entries holds a bundle against its tile, and proves some of it.
func entries(where folder, reader tlog.HashReader, tree tlog.Tree, first int64) error {
	width := tree.N - first
	if width > 1<<height {
		width = 1 << height
	}
	found, err := where.bundle(first>>height, width)
	if err != nil {
		return err
	}
	var indexes []int64
	for index := first; index < first+width; index++ {
		indexes = append(indexes, tlog.StoredHashIndex(0, index))
	}
	hashes, err := reader.ReadHashes(indexes)
	if err != nil {
		return err
	}
	for place, entry := range found {
		index := first + int64(place)
		if tlog.RecordHash(entry) != hashes[place] {
			return fmt.Errorf("entry %d is not what its tile has the hash of", index)
		}
		if place%50 != 0 && index != tree.N-1 {
			continue
		}
		proof, err := tlog.ProveRecord(tree.N, index, reader)
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry)); err != nil {
			return fmt.Errorf("entry %d: %w", index, err)
		}
	}
	return nil
}

func receipt(data, entry []byte, vkey string) error {
	above, signed, found := bytes.Cut(data, []byte("\n\n"))
	if !found {
		return errors.New("no head in it")
	}
	tree, err := head(signed, vkey)
	if err != nil {
		return err
	}
	lines := strings.Split(string(above), "\n")
	if lines[0] != "c2sp.org/tlog-proof@v1" {
		return errors.New("not a receipt")
	}
	lines = lines[1:]
	if strings.HasPrefix(lines[0], "extra ") {
		lines = lines[1:]
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[0], "index "), 10, 64)
	if err != nil {
		return err
	}
	var proof tlog.RecordProof
	for _, line := range lines[1:] {
		step, err := base64.StdEncoding.DecodeString(line)
		if err != nil || len(step) != tlog.HashSize {
			return fmt.Errorf("%q is no hash", line)
		}
		proof = append(proof, *(*tlog.Hash)(step))
	}
	if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry)); err != nil {
		return err
	}
	fmt.Printf("entry %d of %d\n", index, tree.N)
	return nil
}

func run(arguments []string) error {
	switch {
	case len(arguments) == 3 && arguments[0] == "record":
		return record(folder(arguments[1]), arguments[2], "")
	case len(arguments) == 4 && arguments[0] == "record":
		return record(folder(arguments[1]), arguments[2], arguments[3])
	case len(arguments) == 4 && arguments[0] == "receipt":
		data, err := os.ReadFile(arguments[1])
		if err != nil {
			return err
		}
		entry, err := os.ReadFile(arguments[2])
		if err != nil {
			return err
		}
		return receipt(data, entry, arguments[3])
	}
	return errors.New("outsider record FOLDER VKEY [OLDER], outsider receipt FILE ENTRY VKEY")
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Println("refused:", err)
		os.Exit(1)
	}
}
