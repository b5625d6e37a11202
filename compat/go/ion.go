package qldbcompat

import (
	"bytes"
	"fmt"

	"github.com/amzn/ion-go/ion"
	ionhash "github.com/amzn/ion-hash-go"
)

// Ion is one Ion value written as text. As a parameter of a statement it stands for exactly that value: with its
// annotations, precision and kind of null, which plain Go values do not have.
type Ion string

// MarshalIon writes the value to w.
func (text Ion) MarshalIon(w ion.Writer) error {
	reader := ion.NewReaderString(string(text))
	if !reader.Next() {
		return fmt.Errorf("%q holds no Ion value: %w", text, reader.Err())
	}
	return copyValue(reader, w)
}

// Ion texts and binaries are read alike; the hash tells whether two of them are the same value.
func hashOf(value []byte) ([]byte, error) {
	reader, err := ionhash.NewHashReader(ion.NewReaderBytes(value), ionhash.NewCryptoHasherProvider(ionhash.SHA256))
	if err != nil {
		return nil, err
	}
	for reader.Next() { // A value is hashed as it is passed.
	}
	if err := reader.Err(); err != nil {
		return nil, err
	}
	return reader.Sum(nil)
}

// fieldsOf splits a struct into its fields, each a value of its own in binary Ion.
func fieldsOf(value []byte) (map[string][]byte, error) {
	reader := ion.NewReaderBytes(value)
	if !reader.Next() || reader.Type() != ion.StructType {
		return nil, fmt.Errorf("a struct was wanted, %v came: %w", reader.Type(), reader.Err())
	}
	if err := reader.StepIn(); err != nil {
		return nil, err
	}
	fields := map[string][]byte{}
	for reader.Next() {
		name, err := reader.FieldName()
		if err != nil {
			return nil, err
		}
		if fields[*name.Text], err = alone(reader); err != nil {
			return nil, err
		}
	}
	return fields, reader.Err()
}

// itemsOf splits a list into its items, each a value of its own in binary Ion.
func itemsOf(value []byte) ([][]byte, error) {
	reader := ion.NewReaderBytes(value)
	if !reader.Next() || reader.Type() != ion.ListType {
		return nil, fmt.Errorf("a list was wanted, %v came: %w", reader.Type(), reader.Err())
	}
	if err := reader.StepIn(); err != nil {
		return nil, err
	}
	var items [][]byte
	for reader.Next() {
		item, err := alone(reader)
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	return items, reader.Err()
}

// bytesOf reads a blob.
func bytesOf(value []byte) ([]byte, error) {
	reader := ion.NewReaderBytes(value)
	if !reader.Next() {
		return nil, fmt.Errorf("a blob was wanted, nothing came: %w", reader.Err())
	}
	return reader.ByteValue()
}

func alone(reader ion.Reader) ([]byte, error) {
	var out bytes.Buffer
	writer := ion.NewBinaryWriter(&out)
	if err := copyContent(reader, writer); err != nil {
		return nil, err
	}
	if err := writer.Finish(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// copyValue writes the value that the reader stands on, with its field name.
func copyValue(reader ion.Reader, writer ion.Writer) error {
	if writer.IsInStruct() {
		name, err := reader.FieldName()
		if err != nil {
			return err
		}
		if err := writer.FieldName(bare(*name)); err != nil {
			return err
		}
	}
	return copyContent(reader, writer)
}

func copyContent(reader ion.Reader, writer ion.Writer) error {
	annotations, err := reader.Annotations()
	if err != nil {
		return err
	}
	for _, annotation := range annotations {
		if err := writer.Annotation(bare(annotation)); err != nil {
			return err
		}
	}
	if reader.IsNull() {
		return writer.WriteNullType(reader.Type())
	}
	if begin, end, ok := container(reader.Type(), writer); ok {
		return copyContainer(reader, writer, begin, end)
	}
	return copyScalar(reader, writer)
}

func container(kind ion.Type, writer ion.Writer) (begin, end func() error, ok bool) {
	switch kind {
	case ion.ListType:
		return writer.BeginList, writer.EndList, true
	case ion.SexpType:
		return writer.BeginSexp, writer.EndSexp, true
	case ion.StructType:
		return writer.BeginStruct, writer.EndStruct, true
	}
	return nil, nil, false
}

func copyContainer(reader ion.Reader, writer ion.Writer, begin, end func() error) error {
	if err := begin(); err != nil {
		return err
	}
	if err := reader.StepIn(); err != nil {
		return err
	}
	for reader.Next() {
		if err := copyValue(reader, writer); err != nil {
			return err
		}
	}
	if err := reader.Err(); err != nil {
		return err
	}
	if err := reader.StepOut(); err != nil {
		return err
	}
	return end()
}

func copyScalar(reader ion.Reader, writer ion.Writer) error {
	switch reader.Type() {
	case ion.BoolType:
		return written(reader.BoolValue, writer.WriteBool)
	case ion.IntType:
		value, err := reader.BigIntValue()
		if err != nil {
			return err
		}
		return writer.WriteBigInt(value)
	case ion.FloatType:
		return written(reader.FloatValue, writer.WriteFloat)
	case ion.DecimalType:
		value, err := reader.DecimalValue()
		if err != nil {
			return err
		}
		return writer.WriteDecimal(value)
	case ion.TimestampType:
		return written(reader.TimestampValue, writer.WriteTimestamp)
	case ion.SymbolType:
		return written(reader.SymbolValue, func(symbol ion.SymbolToken) error { return writer.WriteSymbol(bare(symbol)) })
	case ion.StringType:
		return written(reader.StringValue, writer.WriteString)
	case ion.ClobType:
		return copyBytes(reader, writer.WriteClob)
	case ion.BlobType:
		return copyBytes(reader, writer.WriteBlob)
	}
	return fmt.Errorf("an Ion value was wanted, %v came", reader.Type())
}

// bare leaves a symbol its text alone: its number belongs to the table of where it was read.
func bare(symbol ion.SymbolToken) ion.SymbolToken {
	return ion.NewSymbolTokenFromString(*symbol.Text)
}

func written[T any](read func() (*T, error), write func(T) error) error {
	value, err := read()
	if err != nil {
		return err
	}
	return write(*value)
}

func copyBytes(reader ion.Reader, write func([]byte) error) error {
	value, err := reader.ByteValue()
	if err != nil {
		return err
	}
	return write(value)
}
