#!/usr/bin/env bash
# A ledger of finance with everything around it, by the AWS CLI: bucket, stream, role, ledger, statements, journal stream,
# digest, export, checks; and all of it taken away again. No command knows of the emulator; AWS_ENDPOINT_URL leads there.
#
#   mkdir try && cd try && bash ../recipe.sh        all steps
#   . ../recipe.sh && prepare && create_role        step by step, in a shell of your own
#
# Besides the CLI it takes jq, GNU date, and a python3 with boto3, pyqldb and aws_kinesis_agg.

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
STEPS="prepare create_role create_ledger define_tables insert_data start_stream take_digest start_export verify
monitor_stream query_history transfer read_stream compare_digests check_everything read_export cancel_stream
delete_bucket delete_kinesis_stream delete_role delete_ledger"

prepare() {
    export AWS_REGION=$(aws configure get region)
    export AWS_ACCOUNT_ID=$(aws sts get-caller-identity --query Account --output text)
    RANDOM_SUFFIX=$(aws secretsmanager get-random-password \
        --exclude-punctuation --exclude-uppercase \
        --password-length 6 --require-each-included-type \
        --output text --query RandomPassword)
    export LEDGER_NAME="financial-ledger-${RANDOM_SUFFIX}"
    export IAM_ROLE_NAME="qldb-stream-role-${RANDOM_SUFFIX}"
    export S3_BUCKET_NAME="qldb-exports-${RANDOM_SUFFIX}"
    export KINESIS_STREAM_NAME="qldb-journal-stream-${RANDOM_SUFFIX}"
    aws s3 mb s3://${S3_BUCKET_NAME} --region ${AWS_REGION}
    aws s3api put-bucket-encryption \
        --bucket ${S3_BUCKET_NAME} \
        --server-side-encryption-configuration \
        'Rules=[{ApplyServerSideEncryptionByDefault={SSEAlgorithm=AES256}}]'
    aws kinesis create-stream --stream-name ${KINESIS_STREAM_NAME} --shard-count 1
    aws kinesis wait stream-exists --stream-name ${KINESIS_STREAM_NAME}
    echo "account ${AWS_ACCOUNT_ID}, Region ${AWS_REGION}, suffix ${RANDOM_SUFFIX}"
}

create_role() {
    cat > trust-policy.json <<EOF
{
  "Version": "2012-10-17",
  "Statement": [
    { "Effect": "Allow", "Principal": { "Service": "qldb.amazonaws.com" }, "Action": "sts:AssumeRole" }
  ]
}
EOF
    cat > permissions-policy.json <<EOF
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": ["s3:PutObject", "s3:GetObject", "s3:ListBucket"],
      "Resource": ["arn:aws:s3:::${S3_BUCKET_NAME}", "arn:aws:s3:::${S3_BUCKET_NAME}/*"]
    },
    {
      "Effect": "Allow",
      "Action": ["kinesis:PutRecord", "kinesis:PutRecords", "kinesis:DescribeStream"],
      "Resource": "arn:aws:kinesis:${AWS_REGION}:${AWS_ACCOUNT_ID}:stream/${KINESIS_STREAM_NAME}"
    }
  ]
}
EOF
    aws iam create-role \
        --role-name ${IAM_ROLE_NAME} \
        --assume-role-policy-document file://trust-policy.json
    aws iam put-role-policy \
        --role-name ${IAM_ROLE_NAME} \
        --policy-name QLDBStreamPolicy \
        --policy-document file://permissions-policy.json
}

create_ledger() {
    aws qldb create-ledger \
        --name ${LEDGER_NAME} \
        --permissions-mode STANDARD \
        --deletion-protection \
        --tags Environment=Production,Application=Financial
    while true; do
        LEDGER_STATE=$(aws qldb describe-ledger --name ${LEDGER_NAME} --query 'State' --output text) || return
        if [ "$LEDGER_STATE" = "ACTIVE" ]; then
            break
        fi
        sleep 1
    done
    aws qldb describe-ledger --name ${LEDGER_NAME}
}

define_tables() {
    cat > tables.sql <<EOF
CREATE TABLE Accounts;
CREATE TABLE Transactions;
CREATE TABLE AuditLog;

CREATE INDEX ON Accounts (accountId);
CREATE INDEX ON Transactions (transactionId);
CREATE INDEX ON Transactions (fromAccountId);
CREATE INDEX ON Transactions (toAccountId);
CREATE INDEX ON AuditLog ("timestamp");
EOF
    python3 "$HERE/partiql.py" ${LEDGER_NAME} tables.sql
}

insert_data() {
    cat > accounts.json <<EOF
[
  { "accountId": "ACC-001", "accountType": "CHECKING", "balance": 10000.00, "customerId": "CUST-001", "status": "ACTIVE" },
  { "accountId": "ACC-002", "accountType": "SAVINGS", "balance": 25000.00, "customerId": "CUST-002", "status": "ACTIVE" }
]
EOF
    cat > transactions.json <<EOF
[
  {
    "transactionId": "TXN-001", "fromAccountId": "ACC-001", "toAccountId": "ACC-002", "amount": 500.00,
    "timestamp": "2024-01-15T10:30:00Z", "description": "Monthly transfer", "status": "COMPLETED"
  },
  {
    "transactionId": "TXN-002", "fromAccountId": "ACC-002", "toAccountId": "ACC-001", "amount": 1000.00,
    "timestamp": "2024-01-20T14:15:00Z", "description": "Loan payment", "status": "COMPLETED"
  }
]
EOF
    python3 "$HERE/partiql.py" ${LEDGER_NAME} --insert Accounts accounts.json
    python3 "$HERE/partiql.py" ${LEDGER_NAME} --insert Transactions transactions.json
}

start_stream() {
    ROLE_ARN=$(aws iam get-role --role-name ${IAM_ROLE_NAME} --query 'Role.Arn' --output text)
    KINESIS_ARN=$(aws kinesis describe-stream \
        --stream-name ${KINESIS_STREAM_NAME} \
        --query 'StreamDescription.StreamARN' --output text)
    cat > kinesis-config.json <<EOF
{ "StreamArn": "${KINESIS_ARN}", "AggregationEnabled": true }
EOF
    STREAM_ID=$(aws qldb stream-journal-to-kinesis \
        --ledger-name ${LEDGER_NAME} \
        --role-arn ${ROLE_ARN} \
        --kinesis-configuration file://kinesis-config.json \
        --stream-name ${LEDGER_NAME}-stream \
        --inclusive-start-time $(date -u -d '1 hour ago' +%Y-%m-%dT%H:%M:%SZ) \
        --query 'StreamId' --output text)
    echo "${STREAM_ID}"
}

take_digest() {
    DIGEST_OUTPUT=$(aws qldb get-digest --name ${LEDGER_NAME})
    DIGEST=$(echo ${DIGEST_OUTPUT} | jq -r '.Digest')
    DIGEST_TIP=$(echo ${DIGEST_OUTPUT} | jq -r '.DigestTipAddress.IonText')
    echo ${DIGEST_OUTPUT} > current-digest.json
    echo "${DIGEST}"
    echo "${DIGEST_TIP}"
}

start_export() {
    cat > export-config.json <<EOF
{
  "Bucket": "${S3_BUCKET_NAME}",
  "Prefix": "journal-exports/",
  "EncryptionConfiguration": { "ObjectEncryptionType": "SSE_S3" }
}
EOF
    EXPORT_ID=$(aws qldb export-journal-to-s3 \
        --name ${LEDGER_NAME} \
        --inclusive-start-time $(date -u -d '2 hours ago' +%Y-%m-%dT%H:%M:%SZ) \
        --exclusive-end-time $(date -u +%Y-%m-%dT%H:%M:%SZ) \
        --role-arn ${ROLE_ARN} \
        --s3-export-configuration file://export-config.json \
        --query 'ExportId' --output text)
    echo "${EXPORT_ID}"
}

verify() {
    cat > verify.py <<'EOF'
import os

import boto3

digest = boto3.client("qldb", region_name=os.environ["AWS_REGION"]).get_digest(Name=os.environ["LEDGER_NAME"])
print(digest["Digest"].hex())
print(digest["DigestTipAddress"]["IonText"])
EOF
    python3 verify.py
}

monitor_stream() {
    aws qldb describe-journal-kinesis-stream --ledger-name ${LEDGER_NAME} --stream-id ${STREAM_ID}
    aws qldb list-journal-kinesis-streams-for-ledger --ledger-name ${LEDGER_NAME}
    aws kinesis describe-stream-summary --stream-name ${KINESIS_STREAM_NAME}
}

query_history() {
    cat > audit.sql <<EOF
-- Of one account
SELECT * FROM Transactions
WHERE fromAccountId = 'ACC-001' OR toAccountId = 'ACC-001';
-- Of January
SELECT * FROM Transactions
WHERE "timestamp" BETWEEN '2024-01-01T00:00:00Z' AND '2024-01-31T23:59:59Z';
-- Every balance that an account had
SELECT a.data.accountId, a.data.balance, metadata.txTime
FROM history(Accounts) AS a
WHERE a.data.accountId = 'ACC-001';
-- Every revision of a transaction
SELECT t.*, metadata.txTime, metadata.txId
FROM history(Transactions) AS t
WHERE t.data.transactionId = 'TXN-001';
EOF
    python3 "$HERE/partiql.py" ${LEDGER_NAME} audit.sql
}

transfer() {
    cat > transfer.sql <<EOF
UPDATE Accounts
SET balance = balance - 500
WHERE accountId = 'ACC-001';

UPDATE Accounts
SET balance = balance + 500
WHERE accountId = 'ACC-002';

INSERT INTO Transactions VALUE {
    'transactionId': 'TXN-003',
    'fromAccountId': 'ACC-001',
    'toAccountId': 'ACC-002',
    'amount': 500.00,
    'timestamp': '2024-01-25T10:00:00Z',
    'status': 'COMPLETED'
};
EOF
    python3 "$HERE/partiql.py" ${LEDGER_NAME} --together transfer.sql
}

read_stream() {
    LAST_BLOCK=$(aws qldb get-digest --name ${LEDGER_NAME} | grep -o 'sequenceNo:[0-9]*' | cut -d: -f2)
    until grep -qs "REVISION_DETAILS ${LAST_BLOCK} Transactions" records.txt; do
        SHARD_ITERATOR=$(aws kinesis get-shard-iterator \
            --stream-name ${KINESIS_STREAM_NAME} \
            --shard-id shardId-000000000000 --shard-iterator-type TRIM_HORIZON \
            --query ShardIterator --output text)
        aws kinesis get-records --shard-iterator ${SHARD_ITERATOR} > records.json || return
        python3 "$HERE/consumer.py" records.json > records.txt
    done
    cat records.txt
}

compare_digests() {
    DIGEST_1=$(aws qldb get-digest --name ${LEDGER_NAME} --query 'Digest' --output text)
    sleep 5
    DIGEST_2=$(aws qldb get-digest --name ${LEDGER_NAME} --query 'Digest' --output text)
    if [ "$DIGEST_1" = "$DIGEST_2" ]; then
        echo "the digest stayed"
    else
        echo "the digest changed"
    fi
    aws qldb describe-journal-s3-export --name ${LEDGER_NAME} --export-id ${EXPORT_ID}
}

check_everything() {
    aws qldb describe-ledger --name ${LEDGER_NAME}
    aws qldb list-tags-for-resource \
        --resource-arn arn:aws:qldb:${AWS_REGION}:${AWS_ACCOUNT_ID}:ledger/${LEDGER_NAME}
    aws qldb get-digest --name ${LEDGER_NAME}
    aws qldb list-journal-kinesis-streams-for-ledger --ledger-name ${LEDGER_NAME}
    aws qldb list-journal-s3-exports-for-ledger --name ${LEDGER_NAME}
    aws iam get-role --role-name ${IAM_ROLE_NAME}
}

read_export() {
    aws s3 ls s3://${S3_BUCKET_NAME}/journal-exports/ --recursive
    aws s3 cp s3://${S3_BUCKET_NAME}/journal-exports/ exported --recursive --quiet
}

cancel_stream() {
    aws qldb cancel-journal-kinesis-stream --ledger-name ${LEDGER_NAME} --stream-id ${STREAM_ID}
}

delete_bucket() {
    aws s3 rm s3://${S3_BUCKET_NAME} --recursive
    aws s3 rb s3://${S3_BUCKET_NAME}
}

delete_kinesis_stream() {
    aws kinesis delete-stream --stream-name ${KINESIS_STREAM_NAME}
}

delete_role() {
    aws iam delete-role-policy --role-name ${IAM_ROLE_NAME} --policy-name QLDBStreamPolicy
    aws iam delete-role --role-name ${IAM_ROLE_NAME}
}

delete_ledger() {
    aws qldb update-ledger --name ${LEDGER_NAME} --no-deletion-protection
    aws qldb delete-ledger --name ${LEDGER_NAME}
}

# Run, and not read into a shell: all steps, the name of each before what it prints.
if [ "${BASH_SOURCE[0]}" = "$0" ]; then
    set -euo pipefail
    for step in ${STEPS}; do
        echo "== ${step}"
        ${step}
    done
fi
