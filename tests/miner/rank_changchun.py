"""How well name and scope words of config/scorecard.toml alone put the known tech SMEs of Changchun on top.

The arithmetic is that of the features name_words and scope_words (miner/assess.cc). Run from the project root. Prints
counts and ratios only; a firm that is not listed is unlabelled, not negative.
"""
import csv
import gzip
import io
import tomllib

c=tomllib.load(open('config/scorecard.toml','rb'))
W={'name':[],'scope':[]}
for t in c['words']:
    for w in t['words']: W[t['where']].append((w.lower(),t['weight']))
fw={f['id']:f for f in c['feature']}
L={r['企业名称'].strip() for r in csv.DictReader(open('../shared/data/changchun/tech_sme_list.csv',encoding='utf-8-sig'))}
rows=[]
for r in csv.DictReader(io.TextIOWrapper(gzip.open('../shared/data/changchun/registry.csv.gz'),encoding='utf-8-sig')):
    s=0
    for k,col in (('name','企业名称'),('scope','经营范围')):
        f=fw[k+'_words'];v=sum(w for t,w in W[k] if t in (r[col] or '').lower());m=f['most'];s+=f['weight']*max(-m,min(m,v))
    rows.append((s,r['企业名称'].strip() in L))
n1=sum(y for _,y in rows);n0=len(rows)-n1
rows.sort(key=lambda x:x[0])
i=0;R=0
while i<len(rows):
    j=i
    while j<len(rows) and rows[j][0]==rows[i][0]: j+=1
    R+=sum(y for _,y in rows[i:j])*(i+j+1)/2; i=j
auc=(R-n1*(n1+1)/2)/(n1*n0)
k=len(rows)//20
# ties at the edge count by their share
edge=rows[-k][0];above=[y for s,y in rows if s>edge];at=[y for s,y in rows if s==edge]
hit=sum(above)+sum(at)*(k-len(above))/len(at)
print(len(rows),n1,'AUC',round(auc,3),'top5%',round(hit/n1,3))
