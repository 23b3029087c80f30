"""Headers of real lists, alone: what is published where, and as programs write them. No row of any of them is here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Header:
    """A header, where it is from, what is said of the list, and what some of its columns are read as."""

    source: str
    cells: str
    said: str
    read_as: str

    @property
    def expected(self) -> dict[str, str]:
        return dict(pair.split("=") for pair in self.read_as.split(";"))


GIAS = "England's register of schools (Get Information About Schools)"
OWN = "a list of schools of your own"
SCOTLAND, WALES, NI = "Scotland's list of schools", "Wales's list of schools", "Northern Ireland's list of schools"

HEADERS = (
    Header(
        "get-information-schools.service.gov.uk, edubasealldata CSV, all fields (first part)",
        "URN,LA (code),LA (name),EstablishmentNumber,EstablishmentName,TypeOfEstablishment (code),"
        "TypeOfEstablishment (name),EstablishmentTypeGroup (code),EstablishmentTypeGroup (name),"
        "EstablishmentStatus (code),EstablishmentStatus (name),OpenDate,CloseDate,PhaseOfEducation (code),"
        "PhaseOfEducation (name),StatutoryLowAge,StatutoryHighAge,NumberOfPupils,Postcode,Easting,Northing",
        GIAS,
        "urn=URN;name=EstablishmentName;la_code=LA (code);borough=LA (name);status=EstablishmentStatus (name);"
        "phase=PhaseOfEducation (name);pupils=NumberOfPupils;type=TypeOfEstablishment (name)",
    ),
    Header(
        "the same as R's janitor::clean_names writes it",
        "urn,la_code,la_name,establishment_number,establishment_name,type_of_establishment_name,"
        "establishment_status_name,open_date,close_date,phase_of_education_name,statutory_low_age,"
        "statutory_high_age,number_of_pupils,postcode,easting,northing",
        GIAS,
        "urn=urn;name=establishment_name;status=establishment_status_name;closed=close_date;"
        "phase=phase_of_education_name;low_age=statutory_low_age",
    ),
    Header(
        "Get Information About Schools, quick download of a search (selected fields)",
        "URN,EstablishmentName,LA (code),LA (name),PhaseOfEducation (name),Postcode,NumberOfPupils",
        GIAS,
        "urn=URN;name=EstablishmentName;pupils=NumberOfPupils",
    ),
    Header(
        "Ofsted, state-funded schools inspections and outcomes, management information",
        "Web Link,URN,LAESTAB,School name,Ofsted phase,Type of education,School open date,Admissions policy,Sixth form,"
        "Designated religious character,Religious ethos,Faith grouping,Ofsted region,Region,Local authority,"
        "Parliamentary constituency,Postcode,Total number of pupils,Statutory lowest age,Statutory highest age",
        "Ofsted's management information",
        "urn=URN;name=School name;phase=Ofsted phase;type=Type of education;borough=Local authority;"
        "pupils=Total number of pupils;low_age=Statutory lowest age",
    ),
    Header(
        "compare-school-performance.service.gov.uk, england_school_information.csv",
        "URN,LANAME,LA,ESTAB,LAESTAB,SCHNAME,STREET,LOCALITY,ADDRESS3,TOWN,POSTCODE,SCHSTATUS,OPENDATE,CLOSEDATE,"
        "MINORGROUP,SCHOOLTYPE,ISPRIMARY,ISSECONDARY,ISPOST16,AGELOW,AGEHIGH,GENDER,RELCHAR,ADMPOL,OFSTEDRATING",
        "England's school performance tables, school information",
        "urn=URN;name=SCHNAME;borough=LANAME;postcode=POSTCODE;type=SCHOOLTYPE;low_age=AGELOW;status=SCHSTATUS;"
        "opened=OPENDATE",
    ),
    Header(
        "Explore education statistics, schools, pupils and their characteristics, school level",
        "time_period,la_name,urn,school_name,school_postcode,phase_type_grouping,headcount of pupils",
        "England's school census, schools and their pupils",
        "urn=urn;name=school_name;postcode=school_postcode;phase=phase_type_grouping;pupils=headcount of pupils",
    ),
    Header(
        "Scottish Government, school information and contacts, as packages publish it",
        "SchoolRecordID,SeedCode,SchUID,SchoolName,SchoolType,Denomination,LAName,LACode,PostCode,Latitude,Longitude,"
        "GridRefEasting,GridRefNorthing,PupilRoll,FTETeacher,DataZone,UPRN,Email,Phone,Website",
        SCOTLAND,
        "urn=SeedCode;name=SchoolName;type=SchoolType;borough=LAName;easting=GridRefEasting;pupils=PupilRoll;"
        "postcode=PostCode",
    ),
    Header(
        "gov.scot, school contact details workbook",
        "Seed Code,LA Name,Centre Type,School Name,Address 1,Address 2,Address 3,Post Code,E-mail,Phone,Primary,"
        "Secondary,Special,Denomination,Pupil roll",
        SCOTLAND,
        "urn=Seed Code;name=School Name;borough=LA Name;pupils=Pupil roll",
    ),
    Header(
        "gov.wales, address list of schools",
        "LA Number,LA Name,School Number,School Name,Sector,School Type,Governance,Religious character,Address 1,"
        "Address 2,Address 3,Address 4,Postcode,Phone number,Pupils on roll",
        WALES,
        "urn=School Number;name=School Name;borough=LA Name;sector=Sector;type=School Type;pupils=Pupils on roll",
    ),
    Header(
        "education-ni.gov.uk, school level census data",
        "De ref,School name,School type,Management type,Town,Postcode,Total enrolment",
        NI,
        "urn=De ref;name=School name;type=School type;pupils=Total enrolment",
    ),
    Header(
        "Department of Education, Institution search, list of institutions",
        "Institution Reference Number,Institution Name,Address Line 1,Town,Postcode,Council,Institution Type,"
        "Total Enrolment",
        NI,
        "urn=Institution Reference Number;name=Institution Name;type=Institution Type;pupils=Total Enrolment",
    ),
    Header(
        "the table of England's schools in this project's reference data",
        "urn,name,la_code,la_name,phase,type,postcode,easting,northing,lat,lon,pupils,pupils_year,coord_source,"
        "register_to_postcode_m,name_source",
        OWN,
        "urn=urn;name=name;la_code=la_code;borough=la_name;latitude=lat;longitude=lon",
    ),
    Header(
        "GLA London Schools Atlas",
        "URN,SCHOOL_NAM,TYPE,PHASE,ADDRESS,TOWN,POSTCODE,STATUS,GENDER,EASTING,NORTHING,AUTHORITY",
        OWN,
        "urn=URN;type=TYPE;phase=PHASE;status=STATUS;easting=EASTING;borough=AUTHORITY",
    ),
    Header(
        "a council's own sheet",
        "DfE URN,Name of school,Type of school,Roll,Post code,OS Easting,OS Northing",
        OWN,
        "urn=DfE URN;name=Name of school;type=Type of school;pupils=Roll;postcode=Post code;easting=OS Easting",
    ),
    Header("another", "School,Phase,NOR,Postcode", OWN, "name=School;phase=Phase;pupils=NOR"),
    Header("ArcGIS, exported table", "OBJECTID,URN,School_name,Postcode,X,Y", OWN,
        "urn=URN;name=School_name;easting=X"),
    Header("QGIS, exported layer", "fid,urn,name,postcode,longitude,latitude", OWN, "urn=urn;longitude=longitude"),
    Header(
        "pandas, with its index",
        ",URN,EstablishmentName,Postcode,Easting,Northing",
        OWN,
        "urn=URN;name=EstablishmentName;northing=Northing",
    ),
    Header(
        "Microsoft Forms, a sheet of answers with one question for the school",
        "ID,Start time,Completion time,Email,URN,School name,Postcode",
        "the answers of a Microsoft form",
        "urn=URN;name=School name;postcode=Postcode",
    ),
    Header(
        "Google Forms, a sheet of answers", "Timestamp,School name,URN,Postcode", "the answers of a Google form",
        "urn=URN;name=School name",
    ),
    Header(
        "a list of academies in a trust", "Academy name,URN,Local authority,Phase,Number on roll,Postcode", OWN,
        "name=Academy name;urn=URN;borough=Local authority;pupils=Number on roll",
    ),
    Header(
        "an admissions booklet", "School name,School code,Age range,Type,Postcode,Headteacher", OWN,
        "name=School name;urn=School code;type=Type",
    ),
    Header(
        "a census return", "Establishment name,URN,Statutory low age,Statutory high age,Headcount of pupils,Postcode",
        OWN,
        "name=Establishment name;low_age=Statutory low age;high_age=Statutory high age;pupils=Headcount of pupils",
    ),
    Header("a name and a point", "name,latitude,longitude", OWN, "name=name;latitude=latitude;longitude=longitude"),
    Header(
        "a statutory proposals list", "URN,School name,Status,Opening date,Closing date,Phase,Postcode", OWN,
        "status=Status;opened=Opening date;closed=Closing date",
    ),
    Header(
        "data.gov.uk, a council's schools",
        "UniqueReferenceNumber,SchoolName,SchoolPhase,PostCode,GeoX,GeoY,Easting,Northing",
        OWN, "urn=UniqueReferenceNumber;name=SchoolName;phase=SchoolPhase;easting=Easting",
    ),
)  # fmt: skip
