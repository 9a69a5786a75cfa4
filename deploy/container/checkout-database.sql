-- Run once by the postgres image, when its volume is new. The password is that of compose.env.
create role checkout login password 'development-only';
create database checkout owner checkout;
